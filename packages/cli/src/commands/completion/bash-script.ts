/**
 * For bash, from 3.2 on, without the package bash-completion. Readline breaks words at : and =, so that types like `build:done`
 * come in pieces: they are put together for the question, and what stands before the last break is taken off the answers.
 */
export const bashScript = `# attune: completion for bash. In ~/.bashrc: eval "$(attune completion bash)"
_attune_completion() {
  local words=() word last index break value
  for ((index = 0; index <= COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    last=$((\${#words[@]} - 1))
    if ((last > 0)) && [[ "$word" =~ ^[:=]+$ || "\${words[last]}" =~ [:=]$ ]] &&
      ! { [[ -z "$word" ]] && [[ "\${COMP_LINE:0:COMP_POINT}" =~ [[:space:]]$ ]]; }; then
      words[last]+="$word"
    else
      words+=("$word")
    fi
  done
  last=$((\${#words[@]} - 1))
  word="\${words[last]}"
  break=""
  if [[ "$word" == *:* && "$COMP_WORDBREAKS" == *:* ]]; then break="\${word%"\${word##*:}"}"; fi
  if [[ "\${word#"$break"}" == *=* && "$COMP_WORDBREAKS" == *=* ]]; then break="\${word%"\${word##*=}"}"; fi
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    COMPREPLY+=("\${value#"$break"}")
  done < <("\${words[0]}" complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -F _attune_completion attune empathy
`;
