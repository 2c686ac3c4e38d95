# Completion of pgseq for fish: pgseq completion fish | source

function __pgseq_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l option (string match -r -- '^--[^=]+=' "$word")
    for line in (pgseq completion words -- $words[2..-1] "$word" 2>/dev/null)
        if test "$line" = :files
            for file in (__fish_complete_path (string replace -r -- '^--[^=]+=' '' "$word"))
                echo "$option$file"
            end
        else
            echo "$option$line"
        end
    end
end

complete -c pgseq -f -a '(__pgseq_complete)'
