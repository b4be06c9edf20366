package com.acme;

@WebServlet("/hello")
public class HelloServlet extends HttpServlet { }
