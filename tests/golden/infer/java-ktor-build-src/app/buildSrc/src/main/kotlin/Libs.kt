object Libs {
    object Storage {
        const val h2 = "com.h2database:h2:2.3.232"
        const val mysql = "com.mysql:mysql-connector-j:9.0.0"
    }
}

fun DependencyHandler.server() {
    add("implementation", "io.ktor:ktor-server-netty:3.0.0")
    add("testImplementation", "org.mongodb:mongodb-driver-sync:5.0.0")
}
