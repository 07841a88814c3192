#!/bin/sh
exec mount-hints krm
