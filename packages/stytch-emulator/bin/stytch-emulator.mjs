#!/usr/bin/env node
import '../dist/esm/command/main.js';
