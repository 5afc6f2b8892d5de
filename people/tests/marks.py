"""Characters that show nothing: those that are taken out or refused, and those that are needed."""

# Of the whole class of what shows nothing; in text of lines some of them have a meaning.
INVISIBLE = [
    *("\u200e", "\u200f", "\u061c", "\ufeff", "\u00ad", "\u034f", "\u2060", "\u2064", "\u206f", "\ufff0", "\ufff9"),
    *("\ufffb", "\U000e0001", "\U000e0041", "\U000e007f", "\u115f", "\u1160", "\u3164", "\uffa0", "\u17b4", "\u180e"),
    *("\u200c", "\u200d", "\ufe0f", "\U000e0100", "\u2800", "\U0001d173"),
]
# Marks without which something else would be seen.
NEEDED = [
    *("می\u200cخواهم", "क्\u200dष", "ശ്രീ\u200cകുമാർ", "അനില\u0d4d\u200d", "র\u200d্যাব", "ක්\u200dරිස්ටි"),
    *("👩\u200d🔬", "👨\u200d👩\u200d👧", "🏃🏽\u200d♀\ufe0f", "❤\ufe0f\u200d🔥", "1\ufe0f\u20e3", "☎\ufe0e"),
    *("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "葛\U000e0100", "\u1820\u180e\u1821"),
]
