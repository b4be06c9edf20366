class DiaryContextModelSnapshot { }
