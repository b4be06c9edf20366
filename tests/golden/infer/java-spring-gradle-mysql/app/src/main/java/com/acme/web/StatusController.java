package com.acme.web;

@RestController
class StatusController {
    @GetMapping(value = "/ping", produces = "text/plain")
    String ping() { return "pong"; }
}
