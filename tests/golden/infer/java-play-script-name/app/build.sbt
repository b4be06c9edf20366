name := """marquee"""

lazy val root = (project in file(".")).enablePlugins(PlayScala)

scalaVersion := "2.13.14"

executableScriptName := "serve"
