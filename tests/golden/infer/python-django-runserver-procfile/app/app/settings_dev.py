from app.settings import *

DEBUG = True
