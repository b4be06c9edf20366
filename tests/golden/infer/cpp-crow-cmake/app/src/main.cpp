#include <cstdlib>
#include <pqxx/pqxx>
#include "crow_all.h"

int main() {
    crow::SimpleApp app;
    CROW_ROUTE(app, "/healthz")([] { return "ok"; });
    CROW_ROUTE(app, "/health").methods(crow::HTTPMethod::POST)([] { return 201; });
    const char* port = std::getenv("PORT");
    // app.port(1234).run();
    app.port(port ? std::stoi(port) : 18080).multithreaded().run();
}
