from app.settings import *

DEBUG = False
