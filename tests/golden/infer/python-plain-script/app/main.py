import requests


def main():
    print(requests.get("https://example.com").status_code)


if __name__ == "__main__":
    main()
