ThisBuild / scalaVersion := "3.3.3"
ThisBuild / version := "0.2.0"

lazy val root = (project in file("."))
  .settings(
    name := "tally",
    libraryDependencies += "org.http4s" %% "http4s-ember-server" % "0.23.27"
  )
