from .layout import Layout

class FormHelper:
    form_tag: bool
    disable_csrf: bool
    form_show_errors: bool
    layout: Layout
