"""An employee always has exactly one profile: the contract, sentence by sentence.

The number in a test's name is the sentence's.
"""
