rootProject.name = "allotment"
