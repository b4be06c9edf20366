rootProject.name = "almanac"
