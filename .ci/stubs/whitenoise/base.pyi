from typing import Any

class WhiteNoise:
    files: dict[str, Any]
    def update_files_dictionary(self, root: str, prefix: str) -> None: ...
