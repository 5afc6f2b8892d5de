"""What all tests share, those in a browser too."""

pytest_plugins = ["people.tests.rounds"]
