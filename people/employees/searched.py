"""What a search that found nobody says of the person to be added. Pure."""

from people.ground.text import LONGEST_QUERY, tidy


def fields_from(text: str) -> dict[str, str]:
    """The fields of the form that `text` fills: an e-mail, a phone number, or names."""
    text = tidy(text)[:LONGEST_QUERY]
    if "@" in text:
        return {"email": text}
    if not any(letter.isalpha() for letter in text):
        return {"phone": text}
    last_name, comma, first_name = text.partition(",")
    if not comma:
        *first_names, last_name = text.split(" ")
        first_name = " ".join(first_names)
    # One name alone goes where the focus is: whoever types on sees it first.
    names = (first_name.strip(), last_name.strip()) if first_name else (last_name, "")
    return dict(zip(("first_name", "last_name"), names, strict=True))
