#include "httplib.h"

int main() {
    httplib::Server svr;
    svr.Get("/time", [](const httplib::Request&, httplib::Response& res) { res.set_content("now", "text/plain"); });
    svr.listen("0.0.0.0", 8085);
}
