package com.acme;

@SpringBootApplication
public class CatalogApplication { public static void main(String[] a) { SpringApplication.run(CatalogApplication.class, a); } }
