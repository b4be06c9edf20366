from site_of_ours import app as application

if __name__ == "__main__":
    application.run()
