package com.acme;

@org.springframework.boot.autoconfigure.SpringBootApplication
public class Shelf {
    public static void main(String[] args) { org.springframework.boot.SpringApplication.run(Shelf.class); }
}
