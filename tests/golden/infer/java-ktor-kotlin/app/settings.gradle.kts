rootProject.name = "ktor-tasks"
