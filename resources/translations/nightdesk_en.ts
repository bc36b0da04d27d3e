<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
<context>
    <name>Again</name>
    <message numerus="yes">
        <source>%Ln documents are queued again.</source>
        <translation>
            <numerusform>%Ln document is queued again.</numerusform>
            <numerusform>%Ln documents are queued again.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln documents have or await such a result already.</source>
        <translation>
            <numerusform>%Ln document has or awaits such a result already.</numerusform>
            <numerusform>%Ln documents have or await such a result already.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Answer</name>
    <message numerus="yes">
        <source>%Ln tokens</source>
        <translation>
            <numerusform>%Ln token</numerusform>
            <numerusform>%Ln tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Attachments</name>
    <message numerus="yes">
        <source>%Ln results</source>
        <translation>
            <numerusform>%Ln result</numerusform>
            <numerusform>%Ln results</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln tokens</source>
        <translation>
            <numerusform>%Ln token</numerusform>
            <numerusform>%Ln tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Attempts</name>
    <message numerus="yes">
        <source>%Ln earlier attempts</source>
        <translation>
            <numerusform>%Ln earlier attempt</numerusform>
            <numerusform>%Ln earlier attempts</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Closing</name>
    <message numerus="yes">
        <source>%Ln documents are not finished yet. If you quit, they are kept and go on at the next start.</source>
        <translation>
            <numerusform>%Ln document is not finished yet. If you quit, it is kept and goes on at the next start.</numerusform>
            <numerusform>%Ln documents are not finished yet. If you quit, they are kept and go on at the next start.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DropSheet</name>
    <message numerus="yes">
        <source>%Ln files</source>
        <translation>
            <numerusform>%Ln file</numerusform>
            <numerusform>%Ln files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln folders</source>
        <translation>
            <numerusform>%Ln folder</numerusform>
            <numerusform>%Ln folders</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Estimate</name>
    <message numerus="yes">
        <source>%Ln documents</source>
        <translation>
            <numerusform>%Ln document</numerusform>
            <numerusform>%Ln documents</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>EvidencePanel</name>
    <message numerus="yes">
        <source>%Ln tokens</source>
        <translation>
            <numerusform>%Ln token</numerusform>
            <numerusform>%Ln tokens</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Exports</name>
    <message numerus="yes">
        <source>%Ln documents have no folder any more.</source>
        <translation>
            <numerusform>%Ln document has no folder any more.</numerusform>
            <numerusform>%Ln documents have no folder any more.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln files could not be written.</source>
        <translation>
            <numerusform>%Ln file could not be written.</numerusform>
            <numerusform>%Ln files could not be written.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Wrote %Ln Markdown files.</source>
        <translation>
            <numerusform>Wrote %Ln Markdown file.</numerusform>
            <numerusform>Wrote %Ln Markdown files.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Wrote %Ln results to {path}.</source>
        <translation>
            <numerusform>Wrote %Ln result to {path}.</numerusform>
            <numerusform>Wrote %Ln results to {path}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>JobOrders</name>
    <message numerus="yes">
        <source>%Ln documents were cancelled.</source>
        <translation>
            <numerusform>%Ln document was cancelled.</numerusform>
            <numerusform>%Ln documents were cancelled.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln waiting documents were cancelled.</source>
        <translation>
            <numerusform>%Ln waiting document was cancelled.</numerusform>
            <numerusform>%Ln waiting documents were cancelled.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message numerus="yes">
        <source>It was restarted %Ln times.</source>
        <translation>
            <numerusform>It was restarted once.</numerusform>
            <numerusform>It was restarted %Ln times.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>QueuePage</name>
    <message numerus="yes">
        <source>%Ln jobs</source>
        <translation>
            <numerusform>%Ln job</numerusform>
            <numerusform>%Ln jobs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecipesPage</name>
    <message numerus="yes">
        <source>%Ln tokens of instructions, computed once for all documents</source>
        <translation>
            <numerusform>%Ln token of instructions, computed once for all documents</numerusform>
            <numerusform>%Ln tokens of instructions, computed once for all documents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>At most %Ln tokens per answer</source>
        <translation>
            <numerusform>At most %Ln token per answer</numerusform>
            <numerusform>At most %Ln tokens per answer</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Report</name>
    <message numerus="yes">
        <source>%Ln documents</source>
        <translation>
            <numerusform>%Ln document</numerusform>
            <numerusform>%Ln documents</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln documents done</source>
        <translation>
            <numerusform>%Ln document done</numerusform>
            <numerusform>%Ln documents done</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Together (%Ln rows), tokens per second</source>
        <translation>
            <numerusform>Together (%Ln row), tokens per second</numerusform>
            <numerusform>Together (%Ln rows), tokens per second</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ReportSheet</name>
    <message numerus="yes">
        <source>Each bar stands for %Ln minutes.</source>
        <translation>
            <numerusform>Each bar stands for %Ln minute.</numerusform>
            <numerusform>Each bar stands for %Ln minutes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Each bar stands for %Ln seconds.</source>
        <translation>
            <numerusform>Each bar stands for %Ln second.</numerusform>
            <numerusform>Each bar stands for %Ln seconds.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Green dots are answers in the chat, which went first: %Ln.</source>
        <translation>
            <numerusform>Green dots are answers in the chat, which went first: %Ln.</numerusform>
            <numerusform>Green dots are answers in the chat, which went first: %Ln.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Together, %Ln rows</source>
        <translation>
            <numerusform>Together, %Ln row</numerusform>
            <numerusform>Together, %Ln rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ResultsPage</name>
    <message numerus="yes">
        <source>%Ln results</source>
        <translation>
            <numerusform>%Ln result</numerusform>
            <numerusform>%Ln results</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%Ln documents failed</source>
        <translation>
            <numerusform>%Ln document failed</numerusform>
            <numerusform>%Ln documents failed</numerusform>
        </translation>
    </message>
</context>
</TS>
