"""How a repository for the Java machine is read: Java, Kotlin and Scala, by Maven, Gradle and sbt."""
