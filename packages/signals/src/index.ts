/** `@attune/signals`. */
