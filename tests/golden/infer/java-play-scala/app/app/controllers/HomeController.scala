package controllers

class HomeController { def index() = ??? }
