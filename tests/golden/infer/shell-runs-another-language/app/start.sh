#!/bin/bash
exec java -jar server.jar --port "$PORT"
