#compdef vlmctl
# Completion of vlmctl in zsh. Written by: vlmctl completion zsh
# Put this line into ~/.zshrc, behind the one that runs compinit:
#   source <(vlmctl completion zsh)
# or write it into a directory of $fpath:
#   vlmctl completion zsh > "${fpath[1]}/_vlmctl"

_vlmctl() {
    local program=vlmctl typed=$PREFIX line kind='' tab=$'\t'
    local -a before items more
    [[ $words[1] == */* && -x $words[1] ]] && program=$words[1]
    [[ -z $compstate[quote] ]] && typed=${(Q)PREFIX}
    before=("${(@Q)words[1,CURRENT-1]}")
    while IFS= read -r line; do
        if [[ -z $kind ]]; then
            kind=$line
        else
            line=${line//\\/\\\\}
            line=${line//:/\\:}
            items+=("${line/$tab/:}")
        fi
    done < <($program __complete zsh "${before[@]}" "$typed" 2>/dev/null </dev/null)
    case $kind in
        files) _files; return ;;
        directories) _files -/; return ;;
        open) more=(-S '') ;;
    esac
    (( $#items )) || return 1
    _describe -t values 'vlmctl' items -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}' $more
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _vlmctl "$@"
else
    compdef _vlmctl vlmctl
fi
