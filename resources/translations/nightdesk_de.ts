<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>Answer</name>
    <message numerus="yes">
        <source>%Ln tokens</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>TTFT {ms} ms</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{rate} tok/s</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>AnswerView</name>
    <message>
        <source>Answer again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading your question…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>TTFT: time to first token. tok/s: tokens generated per second. Then tokens generated, and model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer failed.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Attachments</name>
    <message numerus="yes">
        <source>%Ln tokens</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Attach documents</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do not take {name} along</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put the documents away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queue with a recipe…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is more than fits one question. The queue works every document off by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{tokens} tokens are more than the context of {context} holds; the queue takes them in parts.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Attempts</name>
    <message>
        <source>answered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>going on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>to be tried again. {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>too long for one request, taken apart into parts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} earlier attempts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number}. {when}, part {part}: {how}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number}. {when}, {took}: {how}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number}. {when}: {how}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Bridge</name>
    <message>
        <source>Nightdesk is still starting; try again in a moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Something unexpected went wrong ({kind}: {text}). Please report it.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Closing</name>
    <message numerus="yes">
        <source>%Ln documents are not finished yet. If you quit, they are kept and go on at the next start.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CodeView</name>
    <message>
        <source>Code, {language}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>plain text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>text</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Asking an earlier question in other words. What followed it is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attach documents to the question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter sends · Shift+Enter new line · Esc stops</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave the question as it is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send the question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ContextMeter</name>
    <message>
        <source>Share of the context that is taken</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The context is nearly full: the oldest questions and answers will be left out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens that this conversation takes of the model's context.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{used} of {context} tokens</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ConversationList</name>
    <message>
        <source>Conversations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export as JSON…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export as Markdown…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import conversations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New conversation (Ctrl+N)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pin to the top</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search conversations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ConversationModel</name>
    <message>
        <source>New conversation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title}, pinned</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ConversationSheet</name>
    <message>
        <source>As usual</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At most, tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the sheet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This conversation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the model is told before the conversation</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Core</name>
    <message>
        <source>%1 %2, which the torch engine does not serve; %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 arrived damaged: it has not the checksum that the hub names. It was deleted; download it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 asks for attention with %2, which the torch engine does not serve; %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be a recipe's name: use letters, digits and -.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be listed: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be loaded by llama.cpp: %2. Download it again or choose another.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be loaded by mlx-lm (%2); %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be loaded by torch (%2); download it again, or %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be opened (%2). It is watched again when it can.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be reached (%2): check the connection, then start the download again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be read by transformers (%2); %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be read: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be served in batches through MLX (%2); %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 cannot be written: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 changes its position code with the length of the text (%2), which the torch engine does not serve; %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 computes otherwise in batches than alone through MLX; %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 could not be looked through: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 could not be looked through: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 does not run on torch's paged attention (%2); %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no config.json of a text model; download the model again, or %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no config.json; choose the folder of a whole model, or a GGUF file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no key %2%3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 has no tokenizer.json; download the whole model again, or choose a GGUF file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 holds a vocabulary and no weights: choose a complete model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 holds neither GGUF files nor a model folder: look for a GGUF version of it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 holds no %2; it holds %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 holds no conversations exported by Nightdesk.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 holds no model*.safetensors; download the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 holds several models; name one of %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 in %2 is cut short: it has %3 of %4 bytes; download it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 in %2 is damaged (%3); download the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 in %2 is damaged; download it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is %2, but must be %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a GGUF file of version %2, which is not served: download a newer file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a file; name the folder it lies in, or hand over single files.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a file; results are written into a folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a folder without a model that is known here: name a .gguf file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is a folder, not a model file: name the .gguf file in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is an addition to a model (%2): choose the model itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is back and is watched again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is cut short (%2): download it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is damaged (%2): download it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is gated: accept its terms at %2, then give your key with `hf auth login` or HF_TOKEN.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is looked through every %2 seconds: no faster hints (%3).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is no JSON file (%2).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is no day; days are %2, such as mon-fri.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is no folder any more. It is watched again when it comes back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is no time of day; write it as 22:00.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is no valid JSON schema (%2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not JSON (%2)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a GGUF model file: choose a file that ends in .gguf.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not a column name: use letters, digits and _, beginning with a letter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not known; there are %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is not there. It is watched again when it comes back.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is of the architecture %2, which the torch engine does not serve; %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is of the architecture %2, which this version of transformers does not know%3; update transformers, or %4.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is served on this machine, because model.path or --model names it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 is there twice; keep the last one</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 lacks %2; download it again, in the safetensors format.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 may not be read: check its permissions.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 mixes kinds of memory (%2) that cannot be served in batches through MLX; %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 must be "join", or hold %2 once: the answers to the parts are put there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 must be %2, not %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 must be a number from %2 to %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 must be a text in quotes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 must be a whole number from 1 up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 must be one of %2, not %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 must lie between %2 and %3, not %4.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 names no repository: write OWNER/NAME, as the hub shows it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 names no token that ends an answer; add eos_token_id to its config.json.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 needs %2 GB of memory for its weights, and this %3 has %4 GB free; close other programs, choose a smaller model, or a quantised GGUF file of it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 needs %2 more on the disk of %3, where %4 are free: make room, or choose a smaller file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 needs about %2 of memory and %3 is free: close other programs, use fewer rows or a shorter context, or choose a smaller model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 reads a text differently in parts than at once, as models do that remember more than keys and values, which the torch engine does not serve; %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 requests are waiting already; try again later.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 requests at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1 uses a tensor type (%2) that is not known here: choose another quantisation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1, %2 times as fast as one at a time.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: %2 is a table; write [%3] on a line of its own.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: conversation %2 cannot be read (%3); nothing was added.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%1: there is no table [%2]%3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A GGUF file of the same model is faster here: llama.cpp makes better use of a processor.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A backup was made: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A file of %1 is not there any more: look at the repository again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A folder quantised for MLX (4 or 8 bit) answers faster and takes less memory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A part of its archive unpacks to %1 times its size.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A part of the document is longer than planned.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A request with the id %1 is running already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A text of %1 tokens is longer than a slot.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Action items</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another Nightdesk is using %1. Use its window, or close it and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that it is still there and that you may read it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Classify</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Convert it to PDF, DOCX or text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Convert the file to another format.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files of the type %1 hold no text that could be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Get a fresh copy of the file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give either 'prompt' or 'messages' to count.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>HF_HUB_OFFLINE is set, so nothing is downloaded; take it away to download models.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It goes on at %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It has %1 MB; files above %2 MB are not read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It has %1 characters; the recipe %2 takes %3 at most.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It holds %1 million characters of text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It holds only pictures.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is %1, not a regular file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is a ZIP archive, not a document; unpack it first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is a damaged ZIP archive.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is a socket or a pipe, not a regular file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is a symbolic link, which is not followed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is an OLE file that holds no Word, Excel or PowerPoint document.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is nested deeper than any real document.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is tried again by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It matches none of the folder's include patterns.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It matches one of the folder's exclude patterns.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its archive cannot be opened (%1).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its archive holds %1 parts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its archive would unpack to %1 MB.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its content is not text, and no known %1 format.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its last words: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key facts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>MLX is made for Macs with Apple's chips.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Message %1 is no %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nightdesk had stopped while it worked; what it had begun is ready again (%1).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nightdesk itself made a mistake here (%1); please report it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nightdesk itself made a mistake here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nightdesk stopped while working on this document.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nightdesk was stopped meanwhile.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nightdesk's own resources folder is missing; install it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No further document would be done before %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No further document would be done before %1.%2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model is loaded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No text was found in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None of its %1 pages holds text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not even two answers about its parts fit the model's context.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to do, or save it again with content.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other commands cannot use this engine: %1: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parquet needs pyarrow: `pip install pyarrow`, or export as csv.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Part %1 of %2: %3</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused by you.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Please report it with the details shown.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Raise max_tokens in the recipe, or use a larger model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading it failed: %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading it takes more than %1 GB of memory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading it took longer than %1 seconds.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading or answering took longer than allowed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Results are written into %1, so the documents in %2 could not be told from them. Choose another folder for the results; one inside the folder of documents will do.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Retry with a smaller batch or a smaller context.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Retry, or allow more time in the recipe.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run text recognition (OCR) on it first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Running on battery. It goes on when the machine is plugged in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SQLite %1 can damage the database; install pysqlite3 0.6.1 or newer (SQLite %2 or newer).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save a copy without the password.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set aside, because Nightdesk stopped three times while working on it: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Split the file, or raise the limit in the settings.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Summary</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The %1 file does not hold the part with the text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The API key is missing or wrong: send it as 'Authorization: Bearer KEY'.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The JSON schema cannot be used%1: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The Office file is protected by a password.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The PDF is damaged: no text could be saved from it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The PDF opens only with a password.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer could not be kept within its JSON schema: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer is not JSON (%1).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer was cut off after %1 tokens.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer was not ready within %1 seconds.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The archive inside this %1 file is cut short.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The battery is below %1 %. It goes on when the machine is plugged in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The body is not JSON.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The clock was moved by %1 seconds: it was set, or the machine was asleep.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The computer has no memory left for longer texts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The config.json of %1 names two values of rope_theta (%2 and %3); download the model again, or correct the wrong one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection to %1 has been closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection to the engine ended in the middle of an answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The content is not that of a %1 file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The database %1 cannot be opened: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The database %1 cannot be read: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The database %1 cannot be written. Check its folder's permissions.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The database %1 could not be brought to this version (%2). It is unchanged; a backup lies beside it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The database %1 is damaged (%2). Start Nightdesk again: it puts the newest backup in place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The database %1 is in use by another program. Close it and try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The database %1 was written by a newer Nightdesk (%2). Install that version to open it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The database %1 would lie in a folder of %2, which could damage it while it is being written. Name a folder of this machine with --db, or set NIGHTDESK_HOME.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The database %1 would lie on a network drive (%2), where it cannot be locked safely. Name a folder of this machine with --db, or set NIGHTDESK_HOME.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The database is closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The database was damaged (%1) and there was no backup. It was moved to %2 and a new one was begun; folders have to be added again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The database was damaged (%1). It was moved to %2 and the backup %3 was put in its place; folders are scanned again and newer work is done again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk has %1 GB left and %2 GB are needed. Make room; work goes on by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk that holds %1 is full. Make room; work goes on by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk that holds %1 reports an error (%2). Check it; work goes on by itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The document does not fit the model's context.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The document holds pictures of text, and no text.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The document in English. Copy this recipe to change the language.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The document is damaged or cut short.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The document is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The document is larger than the limit.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The document is protected by a password.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The document reader says: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The embedded model is not at %1; `make setup` fetches it, or name one with --model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The embedded model is served on this machine, because no other model and no server is named.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine at %1 cannot be reached (%2).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine cannot be started.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine could not be started.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine could not be supervised: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine could not finish this request: send it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine did not answer for %1 s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine did not start within %1 s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine has been closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine is ready.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine is shutting down: send the request again later.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine is stopped: start it first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine met an error of its own and gave this request up: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine met an error of its own: %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine process could not be started: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine process ended unexpectedly (%1).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine ran out of memory.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine refused the request: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine stood still for %1 s with requests in hand: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine stopped and starts again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine stopped in the middle of this answer; it starts again by itself. Ask for the answer again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine stopped while working on this document.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine was busy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine was closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine's output could not be read (%1).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The field '%1' cannot be used: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The field 'logit_bias' names the token '%1', and this model's tokens are 0 to %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The field 'response_format' is of type json_schema and holds no 'json_schema'.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The field 'stop' holds %1 strings, and %2 are the most.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The field 'top_logprobs' needs 'logprobs' to be true.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file could not be opened.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file has %1 MB; at most %2 are read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file has changed since it was found; it is taken in again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file has no bytes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file holds only white space.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file is being written; it is read when that has ended.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file was changed or removed after it was found.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder %1 cannot be read: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The graphics card has no memory left for this step.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hub has no %1, or it is private: check the name, or give your key with `hf auth login`.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hub names no checksum for %1, so it is not kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The hub refuses %1 (status %2): look at %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The machine is hotter than %1 °C. It goes on when it has cooled down.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The message is empty; write something first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The message takes %1 tokens and the model's context holds %2; shorten it, or choose a model with a larger context.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model could not be loaded: %1: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model file %1 does not exist: check the path, or run `nightdesk models`.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model is loading.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model is still loading (%1): try again in a moment.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model was unloaded, as there was nothing to do; the next question or document loads it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model's answer did not fit the recipe's columns.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model's answer was empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model's chat template has a mistake in line %1 (%2): choose another file of this model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model's chat template refuses these messages: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model's memory is full.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model's working memory cannot be set up: %1. Choose a smaller context.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model's working memory needs %1 GB and %2 GB can be had; close other programs, or choose a smaller context, fewer rows or a smaller model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model's working memory of %1 tokens cannot be had; close other programs, or choose a smaller context.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The next token could not be chosen: %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The page is not text in any known encoding.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The program that reads documents crashed on this one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The program that reads documents did not start.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The program that reads documents failed (%1).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The program that reads documents stopped with status %1 on this one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The program that reads documents was ended by %1 on this one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The prompt has %1 tokens, but this model's context is %2 tokens for prompt and answer together; shorten the prompt or load the model with a larger context.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The prompt holds a token that the model does not have.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The prompt is empty.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recipe %1 cannot be read: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recipe %1 has a mistake in line %2: %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recipe %1 is not UTF-8 text. Save it as UTF-8.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recipe's instructions and its max_tokens leave no room in a context of %1 tokens.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The results cannot be written to %1: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run window %1 needs a start and an end, such as 22:00-07:00.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The run window has no days.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server at %1 answers with something that is no answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server at %1 answers, with %2, because model.base_url is set.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server at %1 does not serve '%2'.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server at %1 ended its answer without a word.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server at %1 is not reached by its gateway: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The server at %1 refuses the API key: %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings file %1 cannot be read: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings file %1 has a mistake: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings file %1 is not UTF-8 text; save it again as UTF-8.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The shift ended at %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The shift is over.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The step holds a token that the model does not have.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The system says: %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The torch engine keeps no q8_0 key-value memory; choose f16 or bf16, or a GGUF file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The web archive holds no page.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The weights of %1 %2 %3; download the model again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The weights of %1 cannot be unpacked to %2: %3.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The weights of %1 take %2 GB, and %3 GB can be used for them here; choose a smaller model or a stronger quantisation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The working memory of %1 needs %2 GB, and %3 GB can be had; close other programs, or choose a smaller context, fewer rows or a smaller model.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no conversation %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no export as %1 here. There are: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no export as %1. There are: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no file %1; check the spelling.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no folder %1; check the spelling.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no folder for your own recipes.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no folder number %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no message %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no model %1; `nightdesk models` lists those on this machine.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no recipe called %1. There are: %2.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no recipe called %1. `nightdesk recipes` lists them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no recipe version number %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no report yet: no run has ended.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no run %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There was no answer within %1 seconds.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This machine has a CUDA card ({cards}), but llama-cpp-python was built without CUDA: `make cuda` builds it anew, and the model then runs on the card.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This machine has a CUDA card ({cards}), but torch was installed without CUDA: install torch's CUDA build, or choose a GGUF file of the same model and run `make cuda`.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model reads text only, and a message holds a part of type '%1'.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This model's memory cannot be cut back to an earlier position.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This type of file cannot be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Through MLX, keys and values cannot be q8_0 in batches; leave kv_type open.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Title, date, people, amounts and subject of each document, as columns.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Translate to English</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use a model with a larger context.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Using the server at %1 (%2).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Using the server at %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for %1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What has to be done, by whom and until when, as a list.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What kind of document it is, and how urgent.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the document says, in a few sentences.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a named pipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a server of another make</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a special file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a symbolic link</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>chats go first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>counts tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>exit code %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it ends after %1 bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it has %1 of %2 bytes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it names no reason</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its head promises an impossible number of entries</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its model %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>keeps to JSON schemas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>llama.cpp could not compute a step (code %1).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no JSON schemas, so they are asked for in words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no priorities, so documents leave room for chats</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the column</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the column %1 has an empty choice in %2</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the column %1 has the unknown type %2; there are %3, and a|b|c</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the column %1 is there twice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the first model that it lists</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the front matter is not closed with a line of %1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the prompt lacks %1: the document is put there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>there is both columns and schema; keep one of them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tokens are estimated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>too little memory</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DropSheet</name>
    <message numerus="yes">
        <source>%Ln files</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln folders</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>A folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep watching for new documents</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queue documents</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queue {folders} and {files}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queue {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queued with the recipe “{recipe}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DropVeil</name>
    <message>
        <source>Drop to queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every document is worked off with the recipe you choose next.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On the question below, a few documents go along with it instead.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Duration</name>
    <message>
        <source>{days} d {hours} h</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EmptyChat</name>
    <message>
        <source>Ask by day, hand over a folder at night</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explain what a hash function is, with an example</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model runs on this machine; nothing you write leaves it. Drop files or a folder anywhere on this window to have every document worked off.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a Python function that reads a CSV file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a short, friendly reminder about an unpaid invoice</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EngineDot</name>
    <message>
        <source>Engine: {word}.{model} {detail}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model is loaded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restarting</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>FolderList</name>
    <message>
        <source>Show the jobs of {folder}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop watching {folder}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>all {total} done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>looking through it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>watched, last looked at {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{done} of {total} done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{done}, {failed} failed</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>History</name>
    <message>
        <source>Conversation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jump to the newest</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobDetails</name>
    <message>
        <source>Answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details of the job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing has been read from this document yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text of the document</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{done} of {parts} parts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{state}, recipe {recipe}, version {version}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobFilter</name>
    <message>
        <source>All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every recipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show jobs in state</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show jobs of folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show jobs of recipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show jobs whose name holds</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Jobs</name>
    <message>
        <source>Document</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Took</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What came of it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{read} tokens read, {written} written, {rate} a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{word}, attempt {number}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{word}, part {done} of {parts}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LiveAnswers</name>
    <message>
        <source>Answer finished.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading your question…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine is being restarted; your question is kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The model is loading; your question is answered as soon as it is ready.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finish in the background</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New line in the question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nightdesk goes on in the tray</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause or resume the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queue files or a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read the report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recipes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search on this page</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send the question</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop and quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The queue is finished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The queue keeps working. Quit from the tray icon's menu or with Ctrl+Q.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MannerControl</name>
    <message>
        <source>System prompt and sampling</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>  It was restarted {count} times.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Engine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Load</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No model is loaded.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unload</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>comes with Nightdesk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{count} million parameters</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Close the notice</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Overview</name>
    <message>
        <source>Add…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop files or a folder anywhere on this window.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything that was queued is finished.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing queued</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of the documents that are finished</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>documents/h</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tok/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{done} of {total} documents</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{ready} waiting for the engine.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{running} in the batch, {ready} waiting. Chat answers go first.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>QuestionView</name>
    <message>
        <source>Ask this in other words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your question</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>QueuePage</name>
    <message numerus="yes">
        <source>%Ln jobs</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Cancel jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No jobs here. Drop a folder on the window: each document becomes a job.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Retry</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>{name} (Ctrl+{number})</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RecipesPage</name>
    <message numerus="yes">
        <source>At most %Ln tokens per answer</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Between the +++ lines its options, below them what the model is asked.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Columns: {names}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Line {line}: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the recipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New recipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recipes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as my own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The recipe's file</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Removal</name>
    <message>
        <source>Deleted “{title}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ReportPage</name>
    <message>
        <source>Back to the results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Run of</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no report yet. One is written whenever the queue has been worked off.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again: {count} × {sentence}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ResultDetail</name>
    <message>
        <source>Answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the document's text…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text of the document</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The text of this document is not kept.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ended at max_tokens</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{prompt} tokens read ({cached} cached), {written} written in {seconds} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{recipe} version {version}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Results</name>
    <message>
        <source>Answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Document</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ResultsPage</name>
    <message numerus="yes">
        <source>%Ln results</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>All recipes ({count})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Documents queued again: {count}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No answer holds “{words}”.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No results yet. Each document that is worked off becomes a row here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search in all answers</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Wrote %Ln results to {path}.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{format} file…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SegmentColumn</name>
    <message>
        <source>Answer text</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Batch, a million tokens read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Batch, a million tokens written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Closing hides in the tray (next start)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Currency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep the machine awake while documents are worked on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Power</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Prices of a service, for the comparison in the report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rest when hotter than, °C (0 never)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rest when the battery is below, per cent (0 never)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start Nightdesk when I log in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start at login cannot be changed: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Streaming, a million tokens read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Streaming, a million tokens written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tokens of an answer, at most</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source> or </source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the list of shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>State</name>
    <message>
        <source>Cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Needs OCR</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Needs a password</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set aside</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Working</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Working in parts</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ThroughputPlot</name>
    <message>
        <source>Throughput of the last ten minutes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>peak {rate} tok/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{rate} tokens per second now</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Transfer</name>
    <message>
        <source>Conversations added: {count}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Export the conversation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exported conversations (*.json)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import conversations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wrote {path}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%Ln documents failed</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Idle</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open Nightdesk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resume the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{done} of {total} documents ({percent} %)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Trial</name>
    <message>
        <source>Answer of the trial</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is queued or kept by a trial.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only the beginning was tried; the queue takes long documents in parts.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading {name}…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer ended at max_tokens.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try on one document…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try the recipe on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{read} tokens read, {written} written in {seconds} s.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Versions</name>
    <message>
        <source>Earlier version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Later version</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WhenToWork</name>
    <message>
        <source>Begin working at</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not on battery</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Now until morning</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only from</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop working at</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>When to work</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Work only at certain hours</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>_Input</name>
    <message>
        <source>Ask something…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your question</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
