/** For zsh: sourced behind compinit, or as a file `_attune` in a folder of $fpath. */
export const zshScript = `#compdef attune empathy
# attune: completion for zsh. In ~/.zshrc, behind compinit: eval "$(attune completion zsh)"
_attune() {
  local -a answers
  local line value
  while IFS= read -r line; do
    value=\${line%%$'\\t'*}
    value=\${value//:/\\\\:}
    if [[ $line == *$'\\t'* ]]; then answers+=("$value:\${line#*$'\\t'}"); else answers+=("$value"); fi
  done < <("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#answers} )) && _describe -V attune answers
}
if [[ "\${funcstack[1]}" == _attune ]]; then _attune "$@"; else compdef _attune attune empathy; fi
`;
