"""Bus grid: which bus goes where is hidden; an episode that explores comes before one that is paid."""
