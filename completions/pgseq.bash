# Completion of pgseq for bash: eval "$(pgseq completion bash)"

_pgseq() {
  # bash breaks words at = and : too, and replaces only what stands behind the last of them
  local word=${COMP_WORDS[COMP_CWORD]} option= value help
  case $word in
    = | :) word= ;;
    --*=*) option=${word%%=*}= ;; # who has taken = out of COMP_WORDBREAKS
  esac
  COMPREPLY=()
  # No file names unless asked for, and the order of --help; old versions know neither
  compopt +o default -o nosort 2>/dev/null
  while IFS=$'\t' read -r value help; do
    if [[ $value == :files ]]; then
      compopt -o default 2>/dev/null
    elif [[ $option$value == "$word"* ]]; then
      COMPREPLY+=("$option$value")
    fi
  done < <(pgseq completion words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}

complete -o default -F _pgseq pgseq
