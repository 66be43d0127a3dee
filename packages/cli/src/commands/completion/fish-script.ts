/** For fish, from 3.0 on. */
export const fishScript = `# attune: completion for fish. In ~/.config/fish/config.fish: attune completion fish | source
function __attune_completion
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    command $program complete -- $words "$current" 2>/dev/null
end
complete -c attune -f -a '(__attune_completion)'
complete -c empathy -f -a '(__attune_completion)'
`;
