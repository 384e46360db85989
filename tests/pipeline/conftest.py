from pathlib import Path

import pytest
import toy_study


@pytest.fixture
def project(tmp_path: Path) -> toy_study.Project:
    return toy_study.create(tmp_path)
