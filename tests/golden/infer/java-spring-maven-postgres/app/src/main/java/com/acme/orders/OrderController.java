package com.acme.orders;

import org.springframework.web.bind.annotation.*;

@RestController
@RequestMapping("/api/orders")
public class OrderController {
    @GetMapping
    public String all() { return "[]"; }

    @PostMapping("/{id}")
    public void add(@PathVariable long id) { }
}
