#!/bin/sh
echo pruned
