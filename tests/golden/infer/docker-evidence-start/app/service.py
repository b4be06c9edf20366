import os
from wsgiref.simple_server import make_server


def main():
    make_server("", int(os.environ["PORT"]), lambda e, s: (s("200 OK", []), [b"ok"])[1]).serve_forever()


main()
