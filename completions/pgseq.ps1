# Completion of pgseq for PowerShell: pgseq completion powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName pgseq -ScriptBlock {
    param($word, $command, $cursor)
    $words = @($command.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.StartOffset -lt $cursor } | ForEach-Object { $_.ToString() })
    # Before 7.3 an empty word would not reach the program
    if ($word -eq '') { $words += '""' }
    $option = if ($word -match '^--[^=]+=') { $Matches[0] } else { '' }
    pgseq completion words '--' @words 2>$null | ForEach-Object {
        $value, $help = $_ -split "`t", 2
        # Without an offer PowerShell completes file names by itself
        if ($value -ne ':files' -and "$option$value" -like "$word*") {
            if (-not $help) { $help = $value }
            [System.Management.Automation.CompletionResult]::new("$option$value", $value, 'ParameterValue', $help)
        }
    }
}
