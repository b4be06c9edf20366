#!/bin/sh
date > /tmp/now
