#include <drogon/drogon.h>

int main() {
    drogon::app().registerHandler("/ping", [](const auto& req, auto&& callback) {});
    drogon::app().addListener("0.0.0.0", 5555).run();
}
