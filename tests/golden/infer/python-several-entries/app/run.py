from billing import create_app

if __name__ == "__main__":
    create_app("development").run(debug=True, port=5050)
