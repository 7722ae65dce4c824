#!/usr/bin/env node
// Stands here so that package managers can link the command before the sources are compiled.
import '../dist/bin.js';
