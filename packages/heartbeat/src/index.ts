/** `@attune/heartbeat`. */
