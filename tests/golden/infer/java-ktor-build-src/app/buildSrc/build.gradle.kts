plugins { `kotlin-dsl` }
dependencies { implementation("org.postgresql:postgresql:42.7.0") }
