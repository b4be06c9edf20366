plugins {
    alias(libs.plugins.kotlin.jvm)
    alias(libs.plugins.spring.boot)
    alias(libs.plugins.detekt) apply false
}

version = providers.exec { commandLine("git", "describe") }.standardOutput.asText.get()

dependencies {
    implementation(libs.spring.boot.starter.web)
    implementation(libs.bundles.monitoring)
    runtimeOnly(libs.h2)
}
