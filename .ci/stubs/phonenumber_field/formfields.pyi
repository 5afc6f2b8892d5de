from django import forms

class PhoneNumberField(forms.CharField):
    region: str
