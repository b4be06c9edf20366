#!/bin/sh
envsubst < /etc/gateway.tmpl > /etc/gateway.conf
exec "$@"
