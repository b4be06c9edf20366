from service.bootstrap import create_app

app = create_app("production")
