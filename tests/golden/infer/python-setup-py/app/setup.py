from setuptools import find_packages, setup

REQUIRES = ["flask>=3", "gunicorn", "pymysql; sys_platform == 'win32'"]
setup(name="shop", version="1", packages=find_packages(), install_requires=REQUIRES, extras_require={"dev": ["redis"]})
