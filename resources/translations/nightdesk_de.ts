<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de">
<context>
    <name>Again</name>
    <message numerus="yes">
        <source>%Ln documents are queued again.</source>
        <translation>
            <numerusform>%Ln Dokument ist wieder eingereiht.</numerusform>
            <numerusform>%Ln Dokumente sind wieder eingereiht.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln documents have or await such a result already.</source>
        <translation>
            <numerusform>%Ln Dokument hat ein solches Ergebnis schon oder erwartet es.</numerusform>
            <numerusform>%Ln Dokumente haben ein solches Ergebnis schon oder erwarten es.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Announcements</name>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Read the report</source>
        <translation>Bericht lesen</translation>
    </message>
    <message>
        <source>The queue is finished</source>
        <translation>Die Warteschlange ist abgearbeitet</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
</context>
<context>
    <name>Answer</name>
    <message numerus="yes">
        <source>%Ln tokens</source>
        <translation>
            <numerusform>%Ln Token</numerusform>
            <numerusform>%Ln Token</numerusform>
        </translation>
    </message>
    <message>
        <source>TTFT {ms} ms</source>
        <translation>TTFT {ms} ms</translation>
    </message>
    <message>
        <source>{rate} tok/s</source>
        <translation>{rate} Tok/s</translation>
    </message>
</context>
<context>
    <name>AnswerEditor</name>
    <message>
        <source>Add a column</source>
        <translation>Spalte hinzufügen</translation>
    </message>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Answer: {kind}</source>
        <translation>Antwort: {kind}</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>Spalten</translation>
    </message>
    <message>
        <source>Free text</source>
        <translation>Freier Text</translation>
    </message>
    <message>
        <source>JSON schema</source>
        <translation>JSON-Schema</translation>
    </message>
    <message>
        <source>JSON schema of the answer</source>
        <translation>JSON-Schema der Antwort</translation>
    </message>
    <message>
        <source>Line {line} of the schema: it is not JSON ({reason}).</source>
        <translation>Zeile {line} des Schemas: Das ist kein JSON ({reason}).</translation>
    </message>
</context>
<context>
    <name>AnswerView</name>
    <message>
        <source>Answer again</source>
        <translation>Noch einmal antworten</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Copy answer</source>
        <translation>Antwort kopieren</translation>
    </message>
    <message>
        <source>Cut off at its greatest length.</source>
        <translation>Bei der größten Länge abgeschnitten.</translation>
    </message>
    <message>
        <source>Going on…</source>
        <translation>Es geht weiter…</translation>
    </message>
    <message>
        <source>Have the answer go on where it ended</source>
        <translation>Die Antwort dort fortsetzen, wo sie endete</translation>
    </message>
    <message>
        <source>Reading your question…</source>
        <translation>Ihre Frage wird gelesen…</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>Gestoppt.</translation>
    </message>
    <message>
        <source>TTFT: time to first token. tok/s: tokens generated per second. Then tokens generated, and model.</source>
        <translation>TTFT: Zeit bis zum ersten Token. Tok/s: erzeugte Token je Sekunde. Danach die erzeugten Token und das Modell.</translation>
    </message>
    <message>
        <source>The answer failed.</source>
        <translation>Die Antwort ist fehlgeschlagen.</translation>
    </message>
</context>
<context>
    <name>Arriving</name>
    <message>
        <source>Cancel the download</source>
        <translation>Download abbrechen</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Comparing the checksum</source>
        <translation>Die Prüfsumme wird verglichen</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Here, and its checksum is right</source>
        <translation>Da, und die Prüfsumme stimmt</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Paused at {far}</source>
        <translation>Angehalten bei {far}</translation>
    </message>
    <message>
        <source>Progress of {name}</source>
        <translation>Fortschritt von {name}</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} von {total}</translation>
    </message>
</context>
<context>
    <name>Attachments</name>
    <message numerus="yes">
        <source>%Ln results</source>
        <translation>
            <numerusform>%Ln Ergebnis</numerusform>
            <numerusform>%Ln Ergebnisse</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln tokens</source>
        <translation>
            <numerusform>%Ln Token</numerusform>
            <numerusform>%Ln Token</numerusform>
        </translation>
    </message>
    <message>
        <source>Attach documents</source>
        <translation>Dokumente anhängen</translation>
    </message>
    <message>
        <source>Do not take {name} along</source>
        <translation>{name} nicht mitnehmen</translation>
    </message>
    <message>
        <source>Put the documents away</source>
        <translation>Dokumente weglegen</translation>
    </message>
    <message>
        <source>Queue with a recipe…</source>
        <translation>Mit einem Rezept einreihen…</translation>
    </message>
    <message>
        <source>Reading {name}…</source>
        <translation>{name} wird gelesen…</translation>
    </message>
    <message>
        <source>This is more than fits one question. The queue works every document off by itself.</source>
        <translation>Das ist mehr, als in eine Frage passt. In der Warteschlange wird jedes Dokument für sich bearbeitet.</translation>
    </message>
    <message>
        <source>Your question is sent as soon as this has been read.</source>
        <translation>Ihre Frage wird gesendet, sobald dies gelesen ist.</translation>
    </message>
    <message>
        <source>all recipes</source>
        <translation>alle Rezepte</translation>
    </message>
    <message>
        <source>{results} of {recipe}</source>
        <translation>{results} von {recipe}</translation>
    </message>
    <message>
        <source>{results} of {recipe} for “{words}”</source>
        <translation>{results} von {recipe} zu „{words}“</translation>
    </message>
    <message>
        <source>{tokens} tokens are more than the context of {context} holds; the queue takes them in parts.</source>
        <translation>{tokens} Token sind mehr, als der Kontext von {context} fasst; in der Warteschlange werden sie in Teilen bearbeitet.</translation>
    </message>
</context>
<context>
    <name>Attempts</name>
    <message numerus="yes">
        <source>%Ln earlier attempts</source>
        <translation>
            <numerusform>%Ln früherer Versuch</numerusform>
            <numerusform>%Ln frühere Versuche</numerusform>
        </translation>
    </message>
    <message>
        <source>answered</source>
        <translation>beantwortet</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>abgebrochen</translation>
    </message>
    <message>
        <source>going on</source>
        <translation>läuft</translation>
    </message>
    <message>
        <source>to be tried again. {reason}</source>
        <translation>wird noch einmal versucht. {reason}</translation>
    </message>
    <message>
        <source>too long for one request, taken apart into parts</source>
        <translation>zu lang für eine Anfrage, in Teile zerlegt</translation>
    </message>
    <message>
        <source>{number}. {when}, part {part}: {how}</source>
        <translation>{number}. {when}, Teil {part}: {how}</translation>
    </message>
    <message>
        <source>{number}. {when}, {took}: {how}</source>
        <translation>{number}. {when}, {took}: {how}</translation>
    </message>
    <message>
        <source>{number}. {when}: {how}</source>
        <translation>{number}. {when}: {how}</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
</context>
<context>
    <name>Bridge</name>
    <message>
        <source>Nightdesk could not start. {problem}</source>
        <translation>Nightdesk konnte nicht starten. {problem}</translation>
    </message>
    <message>
        <source>Nightdesk is still starting; try again in a moment.</source>
        <translation>Nightdesk startet noch; versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>Something unexpected went wrong ({kind}: {text}). Please report it.</source>
        <translation>Etwas Unerwartetes ist schiefgegangen ({kind}: {text}). Bitte melden Sie es.</translation>
    </message>
</context>
<context>
    <name>ChatPage</name>
    <message>
        <source>Ask the results</source>
        <translation>Ergebnisse befragen</translation>
    </message>
</context>
<context>
    <name>Choice</name>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
</context>
<context>
    <name>ChosenJobs</name>
    <message>
        <source>Cancel jobs</source>
        <translation>Aufträge abbrechen</translation>
    </message>
    <message>
        <source>More for the chosen jobs</source>
        <translation>Mehr für die gewählten Aufträge</translation>
    </message>
    <message>
        <source>Put first</source>
        <translation>Vorziehen</translation>
    </message>
    <message>
        <source>Retry</source>
        <translation>Wiederholen</translation>
    </message>
</context>
<context>
    <name>Closing</name>
    <message numerus="yes">
        <source>%Ln documents are not finished yet. If you quit, they are kept and go on at the next start.</source>
        <translation>
            <numerusform>%Ln Dokument ist noch nicht fertig. Wenn Sie beenden, bleibt es erhalten und geht beim nächsten Start weiter.</numerusform>
            <numerusform>%Ln Dokumente sind noch nicht fertig. Wenn Sie beenden, bleiben sie erhalten und gehen beim nächsten Start weiter.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CodeView</name>
    <message>
        <source>Code, {language}</source>
        <translation>Code, {language}</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>Code kopieren</translation>
    </message>
    <message>
        <source>plain text</source>
        <translation>reiner Text</translation>
    </message>
    <message>
        <source>text</source>
        <translation>Text</translation>
    </message>
</context>
<context>
    <name>ColumnRow</name>
    <message>
        <source>Choice</source>
        <translation>Auswahl</translation>
    </message>
    <message>
        <source>List of texts</source>
        <translation>Liste von Texten</translation>
    </message>
    <message>
        <source>Name of the column</source>
        <translation>Name der Spalte</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Zahl</translation>
    </message>
    <message>
        <source>Remove the column</source>
        <translation>Spalte entfernen</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>Text</translation>
    </message>
    <message>
        <source>The words to choose from, with commas between them</source>
        <translation>Die Wörter zur Auswahl, durch Kommas getrennt</translation>
    </message>
    <message>
        <source>What stands in the column</source>
        <translation>Was in der Spalte steht</translation>
    </message>
    <message>
        <source>Whole number</source>
        <translation>Ganze Zahl</translation>
    </message>
    <message>
        <source>Yes or no</source>
        <translation>Ja oder nein</translation>
    </message>
    <message>
        <source>low, normal, high</source>
        <translation>niedrig, normal, hoch</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Asking an earlier question in other words. What followed it is kept.</source>
        <translation>Eine frühere Frage wird anders gestellt. Was auf sie folgte, bleibt erhalten.</translation>
    </message>
    <message>
        <source>Attach documents to the question</source>
        <translation>Dokumente an die Frage anhängen</translation>
    </message>
    <message>
        <source>Do not send the question yet</source>
        <translation>Die Frage noch nicht senden</translation>
    </message>
    <message>
        <source>Enter sends · Shift+Enter new line · Esc stops</source>
        <translation>Eingabe sendet · Umschalt+Eingabe neue Zeile · Esc stoppt</translation>
    </message>
    <message>
        <source>Leave the question as it is</source>
        <translation>Frage lassen, wie sie ist</translation>
    </message>
    <message>
        <source>Send the question</source>
        <translation>Frage senden</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>Antwort stoppen</translation>
    </message>
</context>
<context>
    <name>ContextMeter</name>
    <message>
        <source>Share of the context that is taken</source>
        <translation>Belegter Anteil des Kontexts</translation>
    </message>
    <message>
        <source>The context is nearly full: the oldest questions and answers will be left out.</source>
        <translation>Der Kontext ist fast voll: Die ältesten Fragen und Antworten werden weggelassen.</translation>
    </message>
    <message>
        <source>Tokens that this conversation takes of the model's context.</source>
        <translation>Token, die dieses Gespräch vom Kontext des Modells belegt.</translation>
    </message>
    <message>
        <source>{used} of {context} tokens</source>
        <translation>{used} von {context} Token</translation>
    </message>
</context>
<context>
    <name>ConversationList</name>
    <message>
        <source>Conversations</source>
        <translation>Gespräche</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Export as JSON…</source>
        <translation>Als JSON exportieren…</translation>
    </message>
    <message>
        <source>Export as Markdown…</source>
        <translation>Als Markdown exportieren…</translation>
    </message>
    <message>
        <source>Import conversations</source>
        <translation>Gespräche importieren</translation>
    </message>
    <message>
        <source>New conversation ({key})</source>
        <translation>Neues Gespräch ({key})</translation>
    </message>
    <message>
        <source>Pin to the top</source>
        <translation>Oben anheften</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>Umbenennen</translation>
    </message>
    <message>
        <source>Search conversations</source>
        <translation>Gespräche durchsuchen</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>Lösen</translation>
    </message>
</context>
<context>
    <name>ConversationModel</name>
    <message>
        <source>New conversation</source>
        <translation>Neues Gespräch</translation>
    </message>
    <message>
        <source>{title}, pinned</source>
        <translation>{title}, angeheftet</translation>
    </message>
</context>
<context>
    <name>ConversationSheet</name>
    <message>
        <source>At most, tokens</source>
        <translation>Token, höchstens</translation>
    </message>
    <message>
        <source>Close the sheet</source>
        <translation>Blatt schließen</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Vorlage</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>Sampling</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Systemanweisung</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>This conversation</source>
        <translation>Dieses Gespräch</translation>
    </message>
    <message>
        <source>What the model is told before the conversation</source>
        <translation>Was dem Modell vor dem Gespräch gesagt wird</translation>
    </message>
</context>
<context>
    <name>Core</name>
    <message>
        <source>%1 %2, which the torch engine does not serve; %3.</source>
        <translation>%1 %2, was die torch-Engine nicht bedient; %3.</translation>
    </message>
    <message>
        <source>%1 Close it and try again.</source>
        <translation>%1 Schließen Sie es, und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>%1 Close it; work goes on by itself.</source>
        <translation>%1 Schließen Sie es; dann geht es von selbst weiter.</translation>
    </message>
    <message>
        <source>%1 arrived damaged: it has not the checksum that the hub names. It was deleted; download it again.</source>
        <translation>%1 ist beschädigt angekommen: Die Prüfsumme ist nicht die, die der Hub nennt. Die Datei wurde gelöscht; laden Sie sie noch einmal herunter.</translation>
    </message>
    <message>
        <source>%1 asks for attention with %2, which the torch engine does not serve; %3.</source>
        <translation>%1 verlangt Attention mit %2, was die torch-Engine nicht bedient; %3.</translation>
    </message>
    <message>
        <source>%1 cannot be a recipe's name: use letters, digits and -.</source>
        <translation>%1 kann kein Rezept heißen: Verwenden Sie Buchstaben, Ziffern und -.</translation>
    </message>
    <message>
        <source>%1 cannot be loaded by llama.cpp: %2. Download it again or choose another.</source>
        <translation>%1 kann von llama.cpp nicht geladen werden: %2. Laden Sie die Datei erneut herunter oder wählen Sie eine andere.</translation>
    </message>
    <message>
        <source>%1 cannot be loaded by mlx-lm (%2); %3.</source>
        <translation>%1 kann von mlx-lm nicht geladen werden (%2); %3.</translation>
    </message>
    <message>
        <source>%1 cannot be loaded by torch (%2); download it again, or %3.</source>
        <translation>%1 kann von torch nicht geladen werden (%2); laden Sie das Modell erneut herunter, oder %3.</translation>
    </message>
    <message>
        <source>%1 cannot be opened (%2). It is watched again when it can.</source>
        <translation>%1 kann nicht geöffnet werden (%2). Sobald das geht, wird der Ordner wieder beobachtet.</translation>
    </message>
    <message>
        <source>%1 cannot be reached (%2): check the connection, then start the download again.</source>
        <translation>%1 ist nicht erreichbar (%2): Prüfen Sie die Verbindung, und starten Sie den Download dann noch einmal.</translation>
    </message>
    <message>
        <source>%1 cannot be read by transformers (%2); %3.</source>
        <translation>%1 kann von transformers nicht gelesen werden (%2); %3.</translation>
    </message>
    <message>
        <source>%1 cannot be read: %2.</source>
        <translation>%1 kann nicht gelesen werden: %2.</translation>
    </message>
    <message>
        <source>%1 cannot be served in batches through MLX (%2); %3.</source>
        <translation>%1 kann über MLX nicht in Stapeln bedient werden (%2); %3.</translation>
    </message>
    <message>
        <source>%1 cannot be written: %2.</source>
        <translation>%1 kann nicht geschrieben werden: %2.</translation>
    </message>
    <message>
        <source>%1 cannot be written: its folder is not there, or takes no files.</source>
        <translation>%1 lässt sich nicht schreiben: Der Ordner fehlt oder nimmt keine Dateien an.</translation>
    </message>
    <message>
        <source>%1 changes its position code with the length of the text (%2), which the torch engine does not serve; %3.</source>
        <translation>%1 ändert seine Positionskodierung mit der Länge des Textes (%2), was die torch-Engine nicht bedient; %3.</translation>
    </message>
    <message>
        <source>%1 computes otherwise in batches than alone through MLX; %2.</source>
        <translation>%1 rechnet über MLX in Stapeln anders als einzeln; %2.</translation>
    </message>
    <message>
        <source>%1 could not be looked through: %2</source>
        <translation>%1 konnte nicht durchgesehen werden: %2</translation>
    </message>
    <message>
        <source>%1 could not be looked through: %2.</source>
        <translation>%1 konnte nicht durchgesehen werden: %2.</translation>
    </message>
    <message>
        <source>%1 does not run on torch's paged attention (%2); %3.</source>
        <translation>%1 läuft nicht mit der seitenweisen Attention von torch (%2); %3.</translation>
    </message>
    <message>
        <source>%1 files are still being written in %2 and left out; hand it over again later.</source>
        <translation>In %2 werden %1 Dateien noch geschrieben und bleiben aus; übergib den Ordner später noch einmal.</translation>
    </message>
    <message>
        <source>%1 has no config.json of a text model; download the model again, or %2.</source>
        <translation>%1 hat keine config.json eines Textmodells; laden Sie das Modell erneut herunter, oder %2.</translation>
    </message>
    <message>
        <source>%1 has no config.json; choose the folder of a whole model, or a GGUF file.</source>
        <translation>%1 hat keine config.json; wählen Sie den Ordner eines vollständigen Modells oder eine GGUF-Datei.</translation>
    </message>
    <message>
        <source>%1 has no key %2%3.</source>
        <translation>%1 hat keinen Schlüssel %2%3.</translation>
    </message>
    <message>
        <source>%1 has no tokenizer.json; download the whole model again, or choose a GGUF file.</source>
        <translation>%1 hat keine tokenizer.json; laden Sie das ganze Modell erneut herunter oder wählen Sie eine GGUF-Datei.</translation>
    </message>
    <message>
        <source>%1 holds a vocabulary and no weights: choose a complete model.</source>
        <translation>%1 enthält ein Vokabular und keine Gewichte: Wählen Sie ein vollständiges Modell.</translation>
    </message>
    <message>
        <source>%1 holds neither GGUF files nor a model folder: look for a GGUF version of it.</source>
        <translation>%1 enthält weder GGUF-Dateien noch einen Modellordner: Suchen Sie eine GGUF-Fassung davon.</translation>
    </message>
    <message>
        <source>%1 holds no %2; it holds %3.</source>
        <translation>%1 enthält kein %2; enthalten ist %3.</translation>
    </message>
    <message>
        <source>%1 holds no conversations exported by Nightdesk.</source>
        <translation>%1 enthält keine von Nightdesk exportierten Gespräche.</translation>
    </message>
    <message>
        <source>%1 holds no model*.safetensors; download the model again.</source>
        <translation>%1 enthält keine model*.safetensors; laden Sie das Modell erneut herunter.</translation>
    </message>
    <message>
        <source>%1 holds no model: choose a .gguf file, or a folder with models in it.</source>
        <translation>%1 enthält kein Modell: Wählen Sie eine .gguf-Datei oder einen Ordner mit Modellen.</translation>
    </message>
    <message>
        <source>%1 holds several models; name one of %2.</source>
        <translation>%1 enthält mehrere Modelle; nennen Sie eines von %2.</translation>
    </message>
    <message>
        <source>%1 in %2 is cut short: it has %3 of %4 bytes; download it again.</source>
        <translation>%1 in %2 ist abgeschnitten: %3 von %4 Bytes sind da; laden Sie die Datei erneut herunter.</translation>
    </message>
    <message>
        <source>%1 in %2 is damaged (%3); download the model again.</source>
        <translation>%1 in %2 ist beschädigt (%3); laden Sie das Modell erneut herunter.</translation>
    </message>
    <message>
        <source>%1 in %2 is damaged; download it again.</source>
        <translation>%1 in %2 ist beschädigt; laden Sie die Datei erneut herunter.</translation>
    </message>
    <message>
        <source>%1 is %2, but must be %3.</source>
        <translation>%1 ist %2, muss aber %3 sein.</translation>
    </message>
    <message>
        <source>%1 is a GGUF file of version %2, which is not served: download a newer file.</source>
        <translation>%1 ist eine GGUF-Datei der Version %2, die nicht bedient wird: Laden Sie eine neuere Datei herunter.</translation>
    </message>
    <message>
        <source>%1 is a GGUF file, and llama.cpp was built with Metal.</source>
        <translation>%1 ist eine GGUF-Datei, und llama.cpp ist mit Metal gebaut.</translation>
    </message>
    <message>
        <source>%1 is a GGUF file, and llama.cpp was built with Vulkan.</source>
        <translation>%1 ist eine GGUF-Datei, und llama.cpp ist mit Vulkan gebaut.</translation>
    </message>
    <message>
        <source>%1 is a GGUF file, llama.cpp was built with CUDA, and there is a card (%2).</source>
        <translation>%1 ist eine GGUF-Datei, llama.cpp ist mit CUDA gebaut, und eine Karte ist da (%2).</translation>
    </message>
    <message>
        <source>%1 is a GGUF file, which llama.cpp serves on any machine.</source>
        <translation>%1 ist eine GGUF-Datei, die llama.cpp auf jedem Rechner bedient.</translation>
    </message>
    <message>
        <source>%1 is a GGUF file, which llama.cpp serves, here without Metal.</source>
        <translation>%1 ist eine GGUF-Datei, die llama.cpp bedient, hier ohne Metal.</translation>
    </message>
    <message>
        <source>%1 is a GGUF file, which llama.cpp serves, here without the card.</source>
        <translation>%1 ist eine GGUF-Datei, die llama.cpp bedient, hier ohne die Karte.</translation>
    </message>
    <message>
        <source>%1 is a Hugging Face folder, and the extra 'nightdesk[torch]' is installed.</source>
        <translation>%1 ist ein Hugging-Face-Ordner, und die Erweiterung „nightdesk[torch]“ ist installiert.</translation>
    </message>
    <message>
        <source>%1 is a Hugging Face folder, torch was built with CUDA, and there is a card (%2).</source>
        <translation>%1 ist ein Hugging-Face-Ordner, torch ist mit CUDA gebaut, und eine Karte ist da (%2).</translation>
    </message>
    <message>
        <source>%1 is a Hugging Face folder, which MLX reads, and this is a Mac with Apple's chip.</source>
        <translation>%1 ist ein Hugging-Face-Ordner, den MLX liest, und dies ist ein Mac mit Apple-Chip.</translation>
    </message>
    <message>
        <source>%1 is a Hugging Face folder, which MLX reads; the extra 'nightdesk[torch]' is not installed.</source>
        <translation>%1 ist ein Hugging-Face-Ordner, den MLX liest; die Erweiterung „nightdesk[torch]“ ist nicht installiert.</translation>
    </message>
    <message>
        <source>%1 is a Hugging Face folder, which torch serves, here without the card.</source>
        <translation>%1 ist ein Hugging-Face-Ordner, den torch bedient, hier ohne die Karte.</translation>
    </message>
    <message>
        <source>%1 is a file; name the folder it lies in, or hand over single files.</source>
        <translation>%1 ist eine Datei; nennen Sie den Ordner, in dem sie liegt, oder übergeben Sie einzelne Dateien.</translation>
    </message>
    <message>
        <source>%1 is a file; results are written into a folder.</source>
        <translation>%1 ist eine Datei; Ergebnisse werden in einen Ordner geschrieben.</translation>
    </message>
    <message>
        <source>%1 is a folder without a model that is known here: name a .gguf file.</source>
        <translation>%1 ist ein Ordner ohne ein hier bekanntes Modell: Nennen Sie eine .gguf-Datei.</translation>
    </message>
    <message>
        <source>%1 is a folder, not a model file: name the .gguf file in it.</source>
        <translation>%1 ist ein Ordner, keine Modelldatei: Nennen Sie die .gguf-Datei darin.</translation>
    </message>
    <message>
        <source>%1 is a folder; name a file in it with --db.</source>
        <translation>%1 ist ein Ordner; nennen Sie mit --db eine Datei darin.</translation>
    </message>
    <message>
        <source>%1 is an addition to a model (%2): choose the model itself.</source>
        <translation>%1 ist eine Ergänzung zu einem Modell (%2): Wählen Sie das Modell selbst.</translation>
    </message>
    <message>
        <source>%1 is back and is watched again.</source>
        <translation>%1 ist wieder da und wird wieder beobachtet.</translation>
    </message>
    <message>
        <source>%1 is cut short (%2): download it again.</source>
        <translation>%1 ist abgeschnitten (%2): Laden Sie die Datei erneut herunter.</translation>
    </message>
    <message>
        <source>%1 is damaged (%2): download it again.</source>
        <translation>%1 ist beschädigt (%2): Laden Sie die Datei erneut herunter.</translation>
    </message>
    <message>
        <source>%1 is gated: accept its terms at %2, then give your key with `hf auth login` or HF_TOKEN.</source>
        <translation>%1 ist zugangsbeschränkt: Nehmen Sie die Bedingungen unter %2 an, und geben Sie dann Ihren Schlüssel mit `hf auth login` oder HF_TOKEN an.</translation>
    </message>
    <message>
        <source>%1 is in Hugging Face format, which needs the extra 'nightdesk[mlx]' on this Mac: install it, or choose a GGUF file.</source>
        <translation>%1 hat das Format von Hugging Face und braucht auf diesem Mac die Erweiterung „nightdesk[mlx]“: Installieren Sie sie oder wählen Sie eine GGUF-Datei.</translation>
    </message>
    <message>
        <source>%1 is in Hugging Face format, which needs the extra 'nightdesk[torch]': install it, or choose a GGUF file.</source>
        <translation>%1 hat das Format von Hugging Face und braucht die Erweiterung „nightdesk[torch]“: Installieren Sie sie oder wählen Sie eine GGUF-Datei.</translation>
    </message>
    <message>
        <source>%1 is in MLX format, and the extra 'nightdesk[mlx]' is installed.</source>
        <translation>%1 hat das MLX-Format, und die Erweiterung „nightdesk[mlx]“ ist installiert.</translation>
    </message>
    <message>
        <source>%1 is in MLX format, made for this kind of Mac.</source>
        <translation>%1 hat das MLX-Format, das für solche Macs gemacht ist.</translation>
    </message>
    <message>
        <source>%1 is in MLX format, which does not run on Windows: choose a GGUF file of the same model.</source>
        <translation>%1 hat das MLX-Format, das unter Windows nicht läuft: Wählen Sie eine GGUF-Datei desselben Modells.</translation>
    </message>
    <message>
        <source>%1 is in MLX format, which needs the extra 'nightdesk[mlx]': install it, or choose a GGUF file.</source>
        <translation>%1 hat das MLX-Format und braucht die Erweiterung „nightdesk[mlx]“: Installieren Sie sie oder wählen Sie eine GGUF-Datei.</translation>
    </message>
    <message>
        <source>%1 is looked through every %2 seconds: no faster hints (%3).</source>
        <translation>%1 wird alle %2 Sekunden durchgesehen: Schnellere Hinweise gibt es nicht (%3).</translation>
    </message>
    <message>
        <source>%1 is no JSON file (%2).</source>
        <translation>%1 ist keine JSON-Datei (%2).</translation>
    </message>
    <message>
        <source>%1 is no database of Nightdesk, and is left as it is. Name another file with --db.</source>
        <translation>%1 ist keine Datenbank von Nightdesk und bleibt, wie sie ist. Nennen Sie mit --db eine andere Datei.</translation>
    </message>
    <message>
        <source>%1 is no day; days are %2, such as mon-fri.</source>
        <translation>%1 ist kein Tag; Tage sind %2, zum Beispiel mon-fri.</translation>
    </message>
    <message>
        <source>%1 is no folder any more. It is watched again when it comes back.</source>
        <translation>%1 ist kein Ordner mehr. Er wird wieder beobachtet, sobald er zurück ist.</translation>
    </message>
    <message>
        <source>%1 is no time of day; write it as 22:00.</source>
        <translation>%1 ist keine Uhrzeit; schreiben Sie sie wie 22:00.</translation>
    </message>
    <message>
        <source>%1 is no valid JSON schema (%2)</source>
        <translation>%1 ist kein gültiges JSON-Schema (%2)</translation>
    </message>
    <message>
        <source>%1 is not JSON (%2)</source>
        <translation>%1 ist kein JSON (%2)</translation>
    </message>
    <message>
        <source>%1 is not a GGUF model file: choose a file that ends in .gguf.</source>
        <translation>%1 ist keine GGUF-Modelldatei: Wählen Sie eine Datei, die auf .gguf endet.</translation>
    </message>
    <message>
        <source>%1 is not a column name: use letters, digits and _, beginning with a letter</source>
        <translation>%1 ist kein Spaltenname: Verwenden Sie Buchstaben, Ziffern und _, am Anfang einen Buchstaben</translation>
    </message>
    <message>
        <source>%1 is not known; there are %2</source>
        <translation>%1 ist nicht bekannt; es gibt %2</translation>
    </message>
    <message>
        <source>%1 is not there. It is watched again when it comes back.</source>
        <translation>%1 ist nicht da. Der Ordner wird wieder beobachtet, sobald er zurück ist.</translation>
    </message>
    <message>
        <source>%1 is of the architecture %2, which the torch engine does not serve; %3.</source>
        <translation>%1 hat die Architektur %2, die die torch-Engine nicht bedient; %3.</translation>
    </message>
    <message>
        <source>%1 is of the architecture %2, which this version of transformers does not know%3; update transformers, or %4.</source>
        <translation>%1 hat die Architektur %2, die diese Version von transformers nicht kennt%3; aktualisieren Sie transformers, oder %4.</translation>
    </message>
    <message>
        <source>%1 is served on this machine, because model.path or --model names it.</source>
        <translation>%1 läuft auf diesem Rechner, weil model.path oder --model es nennt.</translation>
    </message>
    <message>
        <source>%1 is there already; name another file, or move that one away.</source>
        <translation>%1 gibt es schon; nennen Sie eine andere Datei, oder räumen Sie diese weg.</translation>
    </message>
    <message>
        <source>%1 is there twice; keep the last one</source>
        <translation>%1 steht zweimal da; behalten Sie das letzte</translation>
    </message>
    <message>
        <source>%1 lacks %2; download it again, in the safetensors format.</source>
        <translation>%1 fehlt %2; laden Sie das Modell erneut herunter, im Format safetensors.</translation>
    </message>
    <message>
        <source>%1 may not be read: check its permissions.</source>
        <translation>%1 darf nicht gelesen werden: Prüfen Sie die Zugriffsrechte.</translation>
    </message>
    <message>
        <source>%1 mixes kinds of memory (%2) that cannot be served in batches through MLX; %3.</source>
        <translation>%1 mischt Arten von Speicher (%2), die über MLX nicht in Stapeln bedient werden können; %3.</translation>
    </message>
    <message>
        <source>%1 must be "join", or hold %2 once: the answers to the parts are put there</source>
        <translation>%1 muss „join“ sein oder %2 einmal enthalten: Dort werden die Antworten zu den Teilen eingesetzt</translation>
    </message>
    <message>
        <source>%1 must be %2, not %3.</source>
        <translation>%1 muss %2 sein, nicht %3.</translation>
    </message>
    <message>
        <source>%1 must be a number from %2 to %3</source>
        <translation>%1 muss eine Zahl von %2 bis %3 sein</translation>
    </message>
    <message>
        <source>%1 must be a text in quotes</source>
        <translation>%1 muss ein Text in Anführungszeichen sein</translation>
    </message>
    <message>
        <source>%1 must be a whole number from 1 up</source>
        <translation>%1 muss eine ganze Zahl ab 1 sein</translation>
    </message>
    <message>
        <source>%1 must be one of %2, not %3.</source>
        <translation>%1 muss eines von %2 sein, nicht %3.</translation>
    </message>
    <message>
        <source>%1 must lie between %2 and %3, not %4.</source>
        <translation>%1 muss zwischen %2 und %3 liegen, nicht bei %4.</translation>
    </message>
    <message>
        <source>%1 names no repository: write OWNER/NAME, as the hub shows it.</source>
        <translation>%1 nennt kein Repository: Schreiben Sie BESITZER/NAME, wie der Hub es zeigt.</translation>
    </message>
    <message>
        <source>%1 names no token that ends an answer; add eos_token_id to its config.json.</source>
        <translation>%1 nennt kein Token, das eine Antwort beendet; ergänzen Sie eos_token_id in der config.json.</translation>
    </message>
    <message>
        <source>%1 needs %2 GB of memory for its weights, and this %3 has %4 GB free; close other programs, choose a smaller model, or a quantised GGUF file of it.</source>
        <translation>%1 braucht %2 GB Speicher für seine Gewichte, und hier (%3) sind %4 GB frei; schließen Sie andere Programme oder wählen Sie ein kleineres Modell oder eine quantisierte GGUF-Datei davon.</translation>
    </message>
    <message>
        <source>%1 needs %2 more on the disk of %3, where %4 are free: make room, or choose a smaller file.</source>
        <translation>%1 braucht noch %2 auf der Festplatte von %3, frei sind %4: Schaffen Sie Platz, oder wählen Sie eine kleinere Datei.</translation>
    </message>
    <message>
        <source>%1 needs about %2 of memory and %3 is free: close other programs, use fewer rows or a shorter context, or choose a smaller model.</source>
        <translation>%1 braucht etwa %2 Speicher, frei sind %3: Schließen Sie andere Programme, verwenden Sie weniger Zeilen oder einen kürzeren Kontext, oder wählen Sie ein kleineres Modell.</translation>
    </message>
    <message>
        <source>%1 reads a text differently in parts than at once, as models do that remember more than keys and values, which the torch engine does not serve; %2.</source>
        <translation>%1 liest einen Text in Teilen anders als am Stück, wie Modelle, die sich mehr merken als Keys und Values; die torch-Engine bedient das nicht; %2.</translation>
    </message>
    <message>
        <source>%1 requests are waiting already; try again later.</source>
        <translation>Es warten bereits %1 Anfragen; versuchen Sie es später noch einmal.</translation>
    </message>
    <message>
        <source>%1 requests at once</source>
        <translation>%1 Anfragen zugleich</translation>
    </message>
    <message>
        <source>%1 uses a tensor type (%2) that is not known here: choose another quantisation.</source>
        <translation>%1 verwendet einen Tensortyp (%2), der hier nicht bekannt ist: Wählen Sie eine andere Quantisierung.</translation>
    </message>
    <message>
        <source>%1, %2 times as fast as one at a time.</source>
        <translation>%1, %2-mal so schnell wie einzeln.</translation>
    </message>
    <message>
        <source>%1: %2 is a table; write [%3] on a line of its own.</source>
        <translation>%1: %2 ist eine Tabelle; schreiben Sie [%3] in eine eigene Zeile.</translation>
    </message>
    <message>
        <source>%1: conversation %2 cannot be read (%3); nothing was added.</source>
        <translation>%1: Gespräch %2 kann nicht gelesen werden (%3); nichts wurde hinzugefügt.</translation>
    </message>
    <message>
        <source>%1: there is no table [%2]%3.</source>
        <translation>%1: Eine Tabelle [%2] gibt es nicht%3.</translation>
    </message>
    <message>
        <source>A GGUF file of the same model is faster here: llama.cpp makes better use of a processor.</source>
        <translation>Eine GGUF-Datei desselben Modells ist hier schneller: llama.cpp nutzt einen Prozessor besser.</translation>
    </message>
    <message>
        <source>A backup was made: %1.</source>
        <translation>Eine Sicherung wurde angelegt: %1.</translation>
    </message>
    <message>
        <source>A file of %1 is not there any more: look at the repository again.</source>
        <translation>Eine Datei von %1 ist nicht mehr da: Sehen Sie noch einmal im Repository nach.</translation>
    </message>
    <message>
        <source>A folder quantised for MLX (4 or 8 bit) answers faster and takes less memory.</source>
        <translation>Ein für MLX quantisierter Ordner (4 oder 8 Bit) antwortet schneller und braucht weniger Speicher.</translation>
    </message>
    <message>
        <source>A part of its archive unpacks to %1 times its size.</source>
        <translation>Ein Teil des Archivs wächst beim Entpacken auf das %1-Fache.</translation>
    </message>
    <message>
        <source>A part of the document is longer than planned.</source>
        <translation>Ein Teil des Dokuments ist länger als geplant.</translation>
    </message>
    <message>
        <source>A preset needs a name.</source>
        <translation>Eine Vorlage braucht einen Namen.</translation>
    </message>
    <message>
        <source>A preset's name has at most %1 characters.</source>
        <translation>Der Name einer Vorlage hat höchstens %1 Zeichen.</translation>
    </message>
    <message>
        <source>A request with the id %1 is running already.</source>
        <translation>Eine Anfrage mit der Kennung %1 läuft bereits.</translation>
    </message>
    <message>
        <source>A result could not be written as a file (%1).</source>
        <translation>Ein Ergebnis konnte nicht als Datei geschrieben werden (%1).</translation>
    </message>
    <message>
        <source>A text of %1 tokens is longer than a slot.</source>
        <translation>Ein Text von %1 Token ist länger als ein Platz.</translation>
    </message>
    <message>
        <source>Action items</source>
        <translation>Aufgaben</translation>
    </message>
    <message>
        <source>Another Nightdesk is using %1. Use its window, or close it and try again.</source>
        <translation>Ein anderes Nightdesk benutzt %1. Verwenden Sie dessen Fenster, oder schließen Sie es und versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>Another program serves the model: give it a larger context there, then try again.</source>
        <translation>Ein anderes Programm stellt das Modell bereit: Geben Sie ihm dort einen größeren Kontext, und versuchen Sie es dann noch einmal.</translation>
    </message>
    <message>
        <source>Change the recipe or the model by what the engine said.</source>
        <translation>Ändern Sie Rezept oder Modell nach dem, was die Engine gemeldet hat.</translation>
    </message>
    <message>
        <source>Check that it is still there and that you may read it.</source>
        <translation>Prüfen Sie, ob die Datei noch da ist und Sie sie lesen dürfen.</translation>
    </message>
    <message>
        <source>Classify</source>
        <translation>Einordnen</translation>
    </message>
    <message>
        <source>Convert it to PDF, DOCX or text.</source>
        <translation>Wandeln Sie die Datei in PDF, DOCX oder Text um.</translation>
    </message>
    <message>
        <source>Convert the file to another format.</source>
        <translation>Wandeln Sie die Datei in ein anderes Format um.</translation>
    </message>
    <message>
        <source>Files of the type %1 hold no text that could be read.</source>
        <translation>Dateien des Typs %1 enthalten keinen lesbaren Text.</translation>
    </message>
    <message>
        <source>Get a fresh copy of the file.</source>
        <translation>Besorgen Sie eine neue Kopie der Datei.</translation>
    </message>
    <message>
        <source>Give either 'prompt' or 'messages' to count.</source>
        <translation>Geben Sie zum Zählen „prompt“ oder „messages“ an.</translation>
    </message>
    <message>
        <source>HF_HUB_OFFLINE is set, so nothing is downloaded; take it away to download models.</source>
        <translation>HF_HUB_OFFLINE ist gesetzt, daher wird nichts heruntergeladen; nehmen Sie es weg, um Modelle herunterzuladen.</translation>
    </message>
    <message>
        <source>It goes on at %1.</source>
        <translation>Weiter geht es um %1.</translation>
    </message>
    <message>
        <source>It has %1 MB; files above %2 MB are not read.</source>
        <translation>Die Datei hat %1 MB; Dateien über %2 MB werden nicht gelesen.</translation>
    </message>
    <message>
        <source>It has %1 characters; the recipe %2 takes %3 at most.</source>
        <translation>Das Dokument hat %1 Zeichen; das Rezept %2 nimmt höchstens %3.</translation>
    </message>
    <message>
        <source>It holds %1 million characters of text.</source>
        <translation>Das Dokument enthält %1 Millionen Zeichen Text.</translation>
    </message>
    <message>
        <source>It holds only pictures.</source>
        <translation>Das Dokument enthält nur Bilder.</translation>
    </message>
    <message>
        <source>It is %1, not a regular file.</source>
        <translation>Es ist %1, keine gewöhnliche Datei.</translation>
    </message>
    <message>
        <source>It is a ZIP archive, not a document; unpack it first.</source>
        <translation>Es ist ein ZIP-Archiv, kein Dokument; entpacken Sie es zuerst.</translation>
    </message>
    <message>
        <source>It is a damaged ZIP archive.</source>
        <translation>Es ist ein beschädigtes ZIP-Archiv.</translation>
    </message>
    <message>
        <source>It is a picture.</source>
        <translation>Es ist ein Bild.</translation>
    </message>
    <message>
        <source>It is a socket or a pipe, not a regular file.</source>
        <translation>Es ist ein Socket oder eine Pipe, keine gewöhnliche Datei.</translation>
    </message>
    <message>
        <source>It is a symbolic link, which is not followed.</source>
        <translation>Es ist ein symbolischer Link, dem nicht gefolgt wird.</translation>
    </message>
    <message>
        <source>It is an OLE file that holds no Word, Excel or PowerPoint document.</source>
        <translation>Es ist eine OLE-Datei ohne Word-, Excel- oder PowerPoint-Dokument.</translation>
    </message>
    <message>
        <source>It is an archive, not a document; unpack it first.</source>
        <translation>Das ist ein Archiv, kein Dokument; entpacken Sie es zuerst.</translation>
    </message>
    <message>
        <source>It is nested deeper than any real document.</source>
        <translation>Das Dokument ist tiefer verschachtelt als jedes echte.</translation>
    </message>
    <message>
        <source>It is tried again by itself.</source>
        <translation>Es wird von selbst noch einmal versucht.</translation>
    </message>
    <message>
        <source>It matches none of the folder's include patterns.</source>
        <translation>Die Datei passt zu keinem Einschlussmuster des Ordners.</translation>
    </message>
    <message>
        <source>It matches one of the folder's exclude patterns.</source>
        <translation>Die Datei passt zu einem Ausschlussmuster des Ordners.</translation>
    </message>
    <message>
        <source>Its archive cannot be opened (%1).</source>
        <translation>Das Archiv der Datei kann nicht geöffnet werden (%1).</translation>
    </message>
    <message>
        <source>Its archive holds %1 parts.</source>
        <translation>Das Archiv der Datei enthält %1 Teile.</translation>
    </message>
    <message>
        <source>Its archive would unpack to %1 MB.</source>
        <translation>Das Archiv der Datei würde entpackt %1 MB groß.</translation>
    </message>
    <message>
        <source>Its content is not text, and no known %1 format.</source>
        <translation>Der Inhalt ist kein Text und kein bekanntes Format für %1.</translation>
    </message>
    <message>
        <source>Its last words: %1</source>
        <translation>Die letzten Worte: %1</translation>
    </message>
    <message>
        <source>Key facts</source>
        <translation>Eckdaten</translation>
    </message>
    <message>
        <source>MLX is made for Macs with Apple's chips.</source>
        <translation>MLX ist für Macs mit Apple-Chips gemacht.</translation>
    </message>
    <message>
        <source>Message %1 is no %2.</source>
        <translation>Nachricht %1 ist keine %2.</translation>
    </message>
    <message>
        <source>Nightdesk had stopped while it worked; what it had begun is ready again (%1).</source>
        <translation>Nightdesk war mitten in der Arbeit beendet worden; das Begonnene ist wieder bereit (%1).</translation>
    </message>
    <message>
        <source>Nightdesk itself made a mistake here (%1); please report it.</source>
        <translation>Hier hat Nightdesk selbst einen Fehler gemacht (%1); bitte melden Sie ihn.</translation>
    </message>
    <message>
        <source>Nightdesk itself made a mistake here.</source>
        <translation>Hier hat Nightdesk selbst einen Fehler gemacht.</translation>
    </message>
    <message>
        <source>Nightdesk stopped three times while working on this document.</source>
        <translation>Nightdesk wurde dreimal während der Arbeit an diesem Dokument beendet.</translation>
    </message>
    <message>
        <source>Nightdesk stopped while working on this document.</source>
        <translation>Nightdesk wurde während der Arbeit an diesem Dokument beendet.</translation>
    </message>
    <message>
        <source>Nightdesk was stopped meanwhile.</source>
        <translation>Nightdesk wurde zwischendurch beendet.</translation>
    </message>
    <message>
        <source>Nightdesk's own resources folder is missing; install it again.</source>
        <translation>Der Ressourcenordner von Nightdesk fehlt; installieren Sie Nightdesk neu.</translation>
    </message>
    <message>
        <source>No further document would be done before %1.</source>
        <translation>Vor %1 würde kein weiteres Dokument fertig.</translation>
    </message>
    <message>
        <source>No further document would be done before %1.%2</source>
        <translation>Vor %1 würde kein weiteres Dokument fertig. %2</translation>
    </message>
    <message>
        <source>No model is loaded.</source>
        <translation>Es ist kein Modell geladen.</translation>
    </message>
    <message>
        <source>No text was found in it.</source>
        <translation>Es wurde kein Text darin gefunden.</translation>
    </message>
    <message>
        <source>None of its %1 pages holds text.</source>
        <translation>Keine der %1 Seiten enthält Text.</translation>
    </message>
    <message>
        <source>Not even two answers about its parts fit the model's context.</source>
        <translation>Nicht einmal zwei Antworten zu den Teilen passen in den Kontext des Modells.</translation>
    </message>
    <message>
        <source>Nothing to do, or save it again with content.</source>
        <translation>Nichts zu tun, oder speichern Sie es noch einmal mit Inhalt.</translation>
    </message>
    <message>
        <source>Other commands cannot use this engine: %1: %2.</source>
        <translation>Andere Befehle können diese Engine nicht benutzen: %1: %2.</translation>
    </message>
    <message>
        <source>Parquet needs pyarrow: `pip install pyarrow`, or export as csv.</source>
        <translation>Parquet braucht pyarrow: `pip install pyarrow`, oder exportieren Sie als CSV.</translation>
    </message>
    <message>
        <source>Part %1 of %2: %3</source>
        <translation>Teil %1 von %2: %3</translation>
    </message>
    <message>
        <source>Paused by you.</source>
        <translation>Von Ihnen angehalten.</translation>
    </message>
    <message>
        <source>Pictures in a file of this type are not recognised; save it as a PDF.</source>
        <translation>Bilder in einer Datei dieses Typs werden nicht erkannt; speichern Sie sie als PDF.</translation>
    </message>
    <message>
        <source>Please report it with the details shown.</source>
        <translation>Bitte melden Sie es mit den gezeigten Einzelheiten.</translation>
    </message>
    <message>
        <source>Raise max_tokens in the recipe, or use a larger model.</source>
        <translation>Erhöhen Sie max_tokens im Rezept, oder verwenden Sie ein größeres Modell.</translation>
    </message>
    <message>
        <source>Raise max_tokens in the recipe, or use another model.</source>
        <translation>Erhöhen Sie max_tokens im Rezept, oder nehmen Sie ein anderes Modell.</translation>
    </message>
    <message>
        <source>Reading it failed: %1: %2</source>
        <translation>Das Lesen ist fehlgeschlagen: %1: %2</translation>
    </message>
    <message>
        <source>Reading it takes more than %1 GB of memory.</source>
        <translation>Das Lesen braucht mehr als %1 GB Speicher.</translation>
    </message>
    <message>
        <source>Reading it took longer than %1 seconds.</source>
        <translation>Das Lesen dauerte länger als %1 Sekunden.</translation>
    </message>
    <message>
        <source>Reading or answering took longer than allowed.</source>
        <translation>Lesen oder Antworten dauerte länger als erlaubt.</translation>
    </message>
    <message>
        <source>Requests go to the server at %1 and %2, because model.base_url is set.</source>
        <translation>Anfragen gehen an den Server unter %1 mit %2, weil model.base_url gesetzt ist.</translation>
    </message>
    <message>
        <source>Results are written into %1, so the documents in %2 could not be told from them. Choose another folder for the results; one inside the folder of documents will do.</source>
        <translation>Ergebnisse werden nach %1 geschrieben, sodass die Dokumente in %2 nicht von ihnen zu unterscheiden wären. Wählen Sie einen anderen Ordner für die Ergebnisse; auch einer im Ordner der Dokumente ist recht.</translation>
    </message>
    <message>
        <source>Results are written to %1 again.</source>
        <translation>Ergebnisse werden wieder nach %1 geschrieben.</translation>
    </message>
    <message>
        <source>Results cannot be written to %1 (%2). They are kept, and written when they can.</source>
        <translation>Ergebnisse können nicht nach %1 geschrieben werden (%2). Sie bleiben erhalten und werden geschrieben, sobald das geht.</translation>
    </message>
    <message>
        <source>Retry with a smaller batch or a smaller context.</source>
        <translation>Versuchen Sie es mit einem kleineren Stapel oder einem kleineren Kontext noch einmal.</translation>
    </message>
    <message>
        <source>Retry, or allow more time in the recipe.</source>
        <translation>Versuchen Sie es noch einmal, oder geben Sie im Rezept mehr Zeit.</translation>
    </message>
    <message>
        <source>Run text recognition (OCR) on it first.</source>
        <translation>Lassen Sie zuerst eine Texterkennung (OCR) darüberlaufen.</translation>
    </message>
    <message>
        <source>Running on battery. It goes on when the machine is plugged in.</source>
        <translation>Akkubetrieb. Weiter geht es, sobald der Rechner am Netz ist.</translation>
    </message>
    <message>
        <source>SQLite %1 can damage the database; install pysqlite3 0.6.1 or newer (SQLite %2 or newer).</source>
        <translation>SQLite %1 kann die Datenbank beschädigen; installieren Sie pysqlite3 0.6.1 oder neuer (SQLite %2 oder neuer).</translation>
    </message>
    <message>
        <source>Save a copy without the password.</source>
        <translation>Speichern Sie eine Kopie ohne Passwort.</translation>
    </message>
    <message>
        <source>Set aside, because Nightdesk stopped three times while working on it: %1.</source>
        <translation>Beiseitegelegt, weil Nightdesk dreimal während der Arbeit daran beendet wurde: %1.</translation>
    </message>
    <message>
        <source>Somebody is using this machine. It goes on %1 after the last key or mouse.</source>
        <translation>Jemand benutzt diesen Rechner. Weiter geht es %1 nach der letzten Taste oder Mausbewegung.</translation>
    </message>
    <message>
        <source>Split the file, or raise the limit in the settings.</source>
        <translation>Teilen Sie die Datei, oder erhöhen Sie die Grenze in den Einstellungen.</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>Zusammenfassung</translation>
    </message>
    <message>
        <source>Text recognition failed: %1</source>
        <translation>Die Texterkennung ist fehlgeschlagen: %1</translation>
    </message>
    <message>
        <source>Text recognition found no text in it.</source>
        <translation>Die Texterkennung hat keinen Text darin gefunden.</translation>
    </message>
    <message>
        <source>Text recognition is switched on, but the program tesseract is not installed.</source>
        <translation>Die Texterkennung ist eingeschaltet, aber das Programm tesseract ist nicht installiert.</translation>
    </message>
    <message>
        <source>The %1 file does not hold the part with the text.</source>
        <translation>Der %1-Datei fehlt der Teil mit dem Text.</translation>
    </message>
    <message>
        <source>The API key is missing or wrong: send it as 'Authorization: Bearer KEY'.</source>
        <translation>Der API-Schlüssel fehlt oder ist falsch: Senden Sie ihn als „Authorization: Bearer KEY“.</translation>
    </message>
    <message>
        <source>The JSON schema cannot be used%1: %2.</source>
        <translation>Das JSON-Schema ist nicht verwendbar%1: %2.</translation>
    </message>
    <message>
        <source>The Office file is protected by a password.</source>
        <translation>Die Office-Datei ist durch ein Passwort geschützt.</translation>
    </message>
    <message>
        <source>The PDF is damaged.</source>
        <translation>Das PDF ist beschädigt.</translation>
    </message>
    <message>
        <source>The PDF is damaged: no text could be saved from it.</source>
        <translation>Das PDF ist beschädigt: Kein Text war zu retten.</translation>
    </message>
    <message>
        <source>The PDF opens only with a password.</source>
        <translation>Das PDF lässt sich nur mit Passwort öffnen.</translation>
    </message>
    <message>
        <source>The answer could not be kept within its JSON schema: %1</source>
        <translation>Die Antwort ließ sich nicht im JSON-Schema halten: %1</translation>
    </message>
    <message>
        <source>The answer is not JSON (%1).</source>
        <translation>Die Antwort ist kein JSON (%1).</translation>
    </message>
    <message>
        <source>The answer was cut off after %1 tokens.</source>
        <translation>Die Antwort wurde nach %1 Token abgeschnitten.</translation>
    </message>
    <message>
        <source>The answer was not ready within %1 seconds.</source>
        <translation>Die Antwort war nicht innerhalb von %1 Sekunden fertig.</translation>
    </message>
    <message>
        <source>The archive inside this %1 file is cut short.</source>
        <translation>Das Archiv in dieser %1-Datei ist abgeschnitten.</translation>
    </message>
    <message>
        <source>The battery is below %1 %. It goes on when the machine is plugged in.</source>
        <translation>Der Akku ist unter %1 %. Weiter geht es, sobald der Rechner am Netz ist.</translation>
    </message>
    <message>
        <source>The body is not JSON.</source>
        <translation>Die Anfrage ist kein JSON.</translation>
    </message>
    <message>
        <source>The clock was moved by %1 seconds: it was set, or the machine was asleep.</source>
        <translation>Die Uhr ist um %1 Sekunden gesprungen: Sie wurde gestellt, oder der Rechner hat geschlafen.</translation>
    </message>
    <message>
        <source>The computer has no memory left for longer texts.</source>
        <translation>Der Rechner hat keinen Speicher mehr für längere Texte.</translation>
    </message>
    <message>
        <source>The config.json of %1 names two values of rope_theta (%2 and %3); download the model again, or correct the wrong one.</source>
        <translation>Die config.json von %1 nennt zwei Werte für rope_theta (%2 und %3); laden Sie das Modell erneut herunter, oder berichtigen Sie den falschen.</translation>
    </message>
    <message>
        <source>The connection to %1 has been closed.</source>
        <translation>Die Verbindung zu %1 wurde geschlossen.</translation>
    </message>
    <message>
        <source>The connection to the engine ended in the middle of an answer.</source>
        <translation>Die Verbindung zur Engine brach mitten in einer Antwort ab.</translation>
    </message>
    <message>
        <source>The content is not that of a %1 file.</source>
        <translation>Der Inhalt ist nicht der einer %1-Datei.</translation>
    </message>
    <message>
        <source>The database %1 cannot be opened: %2. Name another place with --db, or set NIGHTDESK_HOME.</source>
        <translation>Die Datenbank %1 lässt sich nicht öffnen: %2. Nennen Sie mit --db einen anderen Ort, oder setzen Sie NIGHTDESK_HOME.</translation>
    </message>
    <message>
        <source>The database %1 cannot be read: %2.</source>
        <translation>Die Datenbank %1 kann nicht gelesen werden: %2.</translation>
    </message>
    <message>
        <source>The database %1 cannot be written. Check its folder's permissions.</source>
        <translation>Die Datenbank %1 kann nicht geschrieben werden. Prüfen Sie die Zugriffsrechte des Ordners.</translation>
    </message>
    <message>
        <source>The database %1 could not be brought to this version (%2). It is unchanged; a backup lies beside it.</source>
        <translation>Die Datenbank %1 ließ sich nicht auf diese Version bringen (%2). Sie ist unverändert; eine Sicherung liegt daneben.</translation>
    </message>
    <message>
        <source>The database %1 is damaged (%2). Start Nightdesk again: it puts the newest backup in place.</source>
        <translation>Die Datenbank %1 ist beschädigt (%2). Starten Sie Nightdesk neu: Es setzt die neueste Sicherung ein.</translation>
    </message>
    <message>
        <source>The database %1 is in use by another program.</source>
        <translation>Die Datenbank %1 wird von einem anderen Programm benutzt.</translation>
    </message>
    <message>
        <source>The database %1 was written by a newer Nightdesk (%2). Install that version to open it.</source>
        <translation>Die Datenbank %1 stammt von einem neueren Nightdesk (%2). Installieren Sie diese Version, um sie zu öffnen.</translation>
    </message>
    <message>
        <source>The database %1 would lie in a folder of %2, which could damage it while it is being written. Name a folder of this machine with --db, or set NIGHTDESK_HOME.</source>
        <translation>Die Datenbank %1 läge in einem Ordner von %2, der sie beim Schreiben beschädigen könnte. Nennen Sie mit --db einen Ordner dieses Rechners, oder setzen Sie NIGHTDESK_HOME.</translation>
    </message>
    <message>
        <source>The database %1 would lie on a network drive (%2), where it cannot be locked safely. Name a folder of this machine with --db, or set NIGHTDESK_HOME.</source>
        <translation>Die Datenbank %1 läge auf einem Netzlaufwerk (%2), wo sie sich nicht sicher sperren lässt. Nennen Sie mit --db einen Ordner dieses Rechners, oder setzen Sie NIGHTDESK_HOME.</translation>
    </message>
    <message>
        <source>The database is closed.</source>
        <translation>Die Datenbank ist geschlossen.</translation>
    </message>
    <message>
        <source>The database was damaged (%1) and there was no backup. It was moved to %2 and a new one was begun; folders have to be added again.</source>
        <translation>Die Datenbank war beschädigt (%1), und es gab keine Sicherung. Sie wurde nach %2 verschoben und eine neue begonnen; Ordner müssen neu hinzugefügt werden.</translation>
    </message>
    <message>
        <source>The database was damaged (%1). It was moved to %2 and the backup %3 was put in its place; folders are scanned again and newer work is done again.</source>
        <translation>Die Datenbank war beschädigt (%1). Sie wurde nach %2 verschoben und die Sicherung %3 eingesetzt; Ordner werden neu durchgesehen, und neuere Arbeit wird noch einmal gemacht.</translation>
    </message>
    <message>
        <source>The disk has %1 GB left and %2 GB are needed. Make room; work goes on by itself.</source>
        <translation>Auf der Festplatte sind noch %1 GB frei, %2 GB werden gebraucht. Schaffen Sie Platz; die Arbeit geht dann von selbst weiter.</translation>
    </message>
    <message>
        <source>The disk that holds %1 is full. Make room; work goes on by itself.</source>
        <translation>Die Festplatte mit %1 ist voll. Schaffen Sie Platz; die Arbeit geht dann von selbst weiter.</translation>
    </message>
    <message>
        <source>The disk that holds %1 reports an error (%2). Check it; work goes on by itself.</source>
        <translation>Die Festplatte mit %1 meldet einen Fehler (%2). Prüfen Sie sie; die Arbeit geht dann von selbst weiter.</translation>
    </message>
    <message>
        <source>The document does not fit the model's context.</source>
        <translation>Das Dokument passt nicht in den Kontext des Modells.</translation>
    </message>
    <message>
        <source>The document holds pictures of text, and no text.</source>
        <translation>Das Dokument enthält Bilder von Text, aber keinen Text.</translation>
    </message>
    <message>
        <source>The document in English. Copy this recipe to change the language.</source>
        <translation>Das Dokument auf Englisch. Für eine andere Sprache kopieren Sie dieses Rezept.</translation>
    </message>
    <message>
        <source>The document is damaged or cut short.</source>
        <translation>Das Dokument ist beschädigt oder abgeschnitten.</translation>
    </message>
    <message>
        <source>The document is empty.</source>
        <translation>Das Dokument ist leer.</translation>
    </message>
    <message>
        <source>The document is larger than the limit.</source>
        <translation>Das Dokument ist größer als erlaubt.</translation>
    </message>
    <message>
        <source>The document is protected by a password.</source>
        <translation>Das Dokument ist durch ein Passwort geschützt.</translation>
    </message>
    <message>
        <source>The document reader says: %1.</source>
        <translation>Der Dokumentleser meldet: %1.</translation>
    </message>
    <message>
        <source>The embedded model is not at %1; `make setup` fetches it, or name one with --model.</source>
        <translation>Das mitgelieferte Modell liegt nicht unter %1; `make setup` holt es, oder nennen Sie mit --model ein anderes.</translation>
    </message>
    <message>
        <source>The embedded model is served on this machine, because no other model and no server is named.</source>
        <translation>Das mitgelieferte Modell läuft auf diesem Rechner, weil kein anderes Modell und kein Server genannt ist.</translation>
    </message>
    <message>
        <source>The engine at %1 cannot be reached (%2).</source>
        <translation>Die Engine unter %1 ist nicht erreichbar (%2).</translation>
    </message>
    <message>
        <source>The engine cannot be started.</source>
        <translation>Die Engine kann nicht gestartet werden.</translation>
    </message>
    <message>
        <source>The engine could not be started.</source>
        <translation>Die Engine konnte nicht gestartet werden.</translation>
    </message>
    <message>
        <source>The engine could not be supervised: %1.</source>
        <translation>Die Engine ließ sich nicht überwachen: %1.</translation>
    </message>
    <message>
        <source>The engine could not finish this request: send it again.</source>
        <translation>Die Engine konnte diese Anfrage nicht beenden: Senden Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>The engine did not answer for %1 s.</source>
        <translation>Die Engine hat %1 s lang nicht geantwortet.</translation>
    </message>
    <message>
        <source>The engine did not start within %1 s.</source>
        <translation>Die Engine ist nicht innerhalb von %1 s gestartet.</translation>
    </message>
    <message>
        <source>The engine has been closed.</source>
        <translation>Die Engine wurde geschlossen.</translation>
    </message>
    <message>
        <source>The engine is ready.</source>
        <translation>Die Engine ist bereit.</translation>
    </message>
    <message>
        <source>The engine is shutting down: send the request again later.</source>
        <translation>Die Engine wird gerade beendet: Senden Sie die Anfrage später noch einmal.</translation>
    </message>
    <message>
        <source>The engine is stopped: start it first.</source>
        <translation>Die Engine steht: Starten Sie sie zuerst.</translation>
    </message>
    <message>
        <source>The engine met an error of its own and gave this request up: %1</source>
        <translation>Die Engine hatte selbst einen Fehler und hat diese Anfrage aufgegeben: %1</translation>
    </message>
    <message>
        <source>The engine met an error of its own.</source>
        <translation>In der Engine ist ein Fehler aufgetreten.</translation>
    </message>
    <message>
        <source>The engine met an error of its own: %1: %2</source>
        <translation>Die Engine hatte selbst einen Fehler: %1: %2</translation>
    </message>
    <message>
        <source>The engine process could not be started: %1.</source>
        <translation>Der Prozess der Engine konnte nicht gestartet werden: %1.</translation>
    </message>
    <message>
        <source>The engine process ended unexpectedly (%1).</source>
        <translation>Der Prozess der Engine endete unerwartet (%1).</translation>
    </message>
    <message>
        <source>The engine ran out of memory.</source>
        <translation>Der Engine ist der Speicher ausgegangen.</translation>
    </message>
    <message>
        <source>The engine refused the request.</source>
        <translation>Die Engine hat die Anfrage abgelehnt.</translation>
    </message>
    <message>
        <source>The engine refused the request: %1</source>
        <translation>Die Engine hat die Anfrage abgelehnt: %1</translation>
    </message>
    <message>
        <source>The engine stood still for %1 s with requests in hand: %2.</source>
        <translation>Die Engine stand %1 s lang still, obwohl sie Anfragen hatte: %2.</translation>
    </message>
    <message>
        <source>The engine stopped and starts again.</source>
        <translation>Die Engine ist stehen geblieben und startet neu.</translation>
    </message>
    <message>
        <source>The engine stopped in the middle of this answer; it starts again by itself. Ask for the answer again.</source>
        <translation>Die Engine ist mitten in dieser Antwort stehen geblieben; sie startet von selbst neu. Fordern Sie die Antwort noch einmal an.</translation>
    </message>
    <message>
        <source>The engine stopped while working on this document.</source>
        <translation>Die Engine ist während der Arbeit an diesem Dokument stehen geblieben.</translation>
    </message>
    <message>
        <source>The engine was busy.</source>
        <translation>Die Engine war beschäftigt.</translation>
    </message>
    <message>
        <source>The engine was closed.</source>
        <translation>Die Engine wurde geschlossen.</translation>
    </message>
    <message>
        <source>The engine's output could not be read (%1).</source>
        <translation>Die Ausgabe der Engine konnte nicht gelesen werden (%1).</translation>
    </message>
    <message>
        <source>The field '%1' cannot be used: %2.</source>
        <translation>Das Feld „%1“ ist nicht verwendbar: %2.</translation>
    </message>
    <message>
        <source>The field 'logit_bias' names the token '%1', and this model's tokens are 0 to %2.</source>
        <translation>Das Feld „logit_bias“ nennt das Token „%1“; die Token dieses Modells gehen von 0 bis %2.</translation>
    </message>
    <message>
        <source>The field 'response_format' is of type json_schema and holds no 'json_schema'.</source>
        <translation>Das Feld „response_format“ hat den Typ json_schema und enthält kein „json_schema“.</translation>
    </message>
    <message>
        <source>The field 'stop' holds %1 strings, and %2 are the most.</source>
        <translation>Das Feld „stop“ enthält %1 Texte; höchstens %2 sind erlaubt.</translation>
    </message>
    <message>
        <source>The field 'tool_choice' is 'required', and 'tools' holds no function to be called.</source>
        <translation>Das Feld 'tool_choice' verlangt einen Aufruf, aber 'tools' enthält keine Funktion.</translation>
    </message>
    <message>
        <source>The field 'tool_choice' must be 'none', 'auto', 'required' or name a function.</source>
        <translation>Das Feld 'tool_choice' muss 'none', 'auto' oder 'required' sein oder eine Funktion nennen.</translation>
    </message>
    <message>
        <source>The field 'tool_choice' names the function '%1', which 'tools' does not hold.</source>
        <translation>Das Feld 'tool_choice' nennt die Funktion '%1', die in 'tools' nicht vorkommt.</translation>
    </message>
    <message>
        <source>The field 'top_logprobs' needs 'logprobs' to be true.</source>
        <translation>Das Feld „top_logprobs“ verlangt, dass „logprobs“ wahr ist.</translation>
    </message>
    <message>
        <source>The file could not be opened.</source>
        <translation>Die Datei konnte nicht geöffnet werden.</translation>
    </message>
    <message>
        <source>The file has %1 MB; at most %2 are read.</source>
        <translation>Die Datei hat %1 MB; höchstens %2 werden gelesen.</translation>
    </message>
    <message>
        <source>The file has changed since it was found; it is taken in again.</source>
        <translation>Die Datei hat sich geändert, seit sie gefunden wurde; sie wird neu aufgenommen.</translation>
    </message>
    <message>
        <source>The file has no bytes.</source>
        <translation>Die Datei enthält keine Bytes.</translation>
    </message>
    <message>
        <source>The file holds only white space.</source>
        <translation>Die Datei enthält nur Leerraum.</translation>
    </message>
    <message>
        <source>The file is being written; it is read when that has ended.</source>
        <translation>Die Datei wird gerade geschrieben; gelesen wird sie, wenn das zu Ende ist.</translation>
    </message>
    <message>
        <source>The file is empty.</source>
        <translation>Die Datei ist leer.</translation>
    </message>
    <message>
        <source>The file was changed or removed after it was found.</source>
        <translation>Die Datei wurde geändert oder entfernt, nachdem sie gefunden war.</translation>
    </message>
    <message>
        <source>The folder %1 cannot be read: %2.</source>
        <translation>Der Ordner %1 kann nicht gelesen werden: %2.</translation>
    </message>
    <message>
        <source>The folder %1 takes no files, so no database can be made there. Name another place with --db, or set NIGHTDESK_HOME.</source>
        <translation>Der Ordner %1 nimmt keine Dateien an, dort kann also keine Datenbank entstehen. Nennen Sie mit --db einen anderen Ort, oder setzen Sie NIGHTDESK_HOME.</translation>
    </message>
    <message>
        <source>The graphics card failed (%1).</source>
        <translation>Die Grafikkarte ist ausgefallen (%1).</translation>
    </message>
    <message>
        <source>The graphics card has no memory left for this step.</source>
        <translation>Die Grafikkarte hat für diesen Schritt keinen Speicher mehr.</translation>
    </message>
    <message>
        <source>The hub has no %1, or it is private: check the name, or give your key with `hf auth login`.</source>
        <translation>Der Hub hat kein %1, oder es ist privat: Prüfen Sie den Namen, oder geben Sie Ihren Schlüssel mit `hf auth login` an.</translation>
    </message>
    <message>
        <source>The hub names no checksum for %1, so it is not kept.</source>
        <translation>Der Hub nennt keine Prüfsumme für %1, daher wird die Datei nicht behalten.</translation>
    </message>
    <message>
        <source>The hub refuses %1 (status %2): look at %3.</source>
        <translation>Der Hub verweigert %1 (Status %2): Sehen Sie unter %3 nach.</translation>
    </message>
    <message>
        <source>The machine is hotter than %1 °C. It goes on when it has cooled down.</source>
        <translation>Der Rechner ist heißer als %1 °C. Weiter geht es, wenn er abgekühlt ist.</translation>
    </message>
    <message>
        <source>The message is empty; write something first.</source>
        <translation>Die Nachricht ist leer; schreiben Sie erst etwas.</translation>
    </message>
    <message>
        <source>The message takes %1 tokens and the model's context holds %2; shorten it, or choose a model with a larger context.</source>
        <translation>Die Nachricht braucht %1 Token, der Kontext des Modells fasst %2; kürzen Sie sie, oder wählen Sie ein Modell mit größerem Kontext.</translation>
    </message>
    <message>
        <source>The model could not be loaded: %1: %2</source>
        <translation>Das Modell konnte nicht geladen werden: %1: %2</translation>
    </message>
    <message>
        <source>The model file %1 does not exist: check the path, or run `nightdesk models`.</source>
        <translation>Die Modelldatei %1 gibt es nicht: Prüfen Sie den Pfad, oder rufen Sie `nightdesk models` auf.</translation>
    </message>
    <message>
        <source>The model is loading.</source>
        <translation>Das Modell wird geladen.</translation>
    </message>
    <message>
        <source>The model is still loading (%1): try again in a moment.</source>
        <translation>Das Modell wird noch geladen (%1): Versuchen Sie es gleich noch einmal.</translation>
    </message>
    <message>
        <source>The model was tuned for this machine. %1</source>
        <translation>Das Modell wurde auf diesen Rechner abgestimmt. %1</translation>
    </message>
    <message>
        <source>The model was unloaded, as there was nothing to do; the next question or document loads it again.</source>
        <translation>Das Modell wurde entladen, da es nichts zu tun gab; die nächste Frage oder das nächste Dokument lädt es wieder.</translation>
    </message>
    <message>
        <source>The model's answer did not fit the recipe's columns.</source>
        <translation>Die Antwort des Modells passte nicht in die Spalten des Rezepts.</translation>
    </message>
    <message>
        <source>The model's answer was empty.</source>
        <translation>Die Antwort des Modells war leer.</translation>
    </message>
    <message>
        <source>The model's chat template has a mistake in line %1 (%2): choose another file of this model.</source>
        <translation>Die Chat-Vorlage des Modells hat einen Fehler in Zeile %1 (%2): Wählen Sie eine andere Datei dieses Modells.</translation>
    </message>
    <message>
        <source>The model's chat template refuses these messages: %1</source>
        <translation>Die Chat-Vorlage des Modells lehnt diese Nachrichten ab: %1</translation>
    </message>
    <message>
        <source>The model's memory is full.</source>
        <translation>Der Speicher des Modells ist voll.</translation>
    </message>
    <message>
        <source>The model's working memory cannot be set up: %1. Choose a smaller context.</source>
        <translation>Der Arbeitsspeicher des Modells lässt sich nicht einrichten: %1. Wählen Sie einen kleineren Kontext.</translation>
    </message>
    <message>
        <source>The model's working memory needs %1 GB and %2 GB can be had; close other programs, or choose a smaller context, fewer rows or a smaller model.</source>
        <translation>Der Arbeitsspeicher des Modells braucht %1 GB, und %2 GB sind zu haben; schließen Sie andere Programme, oder wählen Sie einen kleineren Kontext, weniger Zeilen oder ein kleineres Modell.</translation>
    </message>
    <message>
        <source>The model's working memory of %1 tokens cannot be had; close other programs, or choose a smaller context.</source>
        <translation>Ein Arbeitsspeicher von %1 Token ist für das Modell nicht zu haben; schließen Sie andere Programme, oder wählen Sie einen kleineren Kontext.</translation>
    </message>
    <message>
        <source>The next token could not be chosen: %1</source>
        <translation>Das nächste Token ließ sich nicht wählen: %1</translation>
    </message>
    <message>
        <source>The page is not text in any known encoding.</source>
        <translation>Die Seite ist kein Text in einer bekannten Kodierung.</translation>
    </message>
    <message>
        <source>The program that reads documents crashed on this one.</source>
        <translation>Das Programm, das Dokumente liest, ist an diesem abgestürzt.</translation>
    </message>
    <message>
        <source>The program that reads documents did not start.</source>
        <translation>Das Programm, das Dokumente liest, ist nicht gestartet.</translation>
    </message>
    <message>
        <source>The program that reads documents failed (%1).</source>
        <translation>Das Programm, das Dokumente liest, ist gescheitert (%1).</translation>
    </message>
    <message>
        <source>The program that reads documents stopped with status %1 on this one.</source>
        <translation>Das Programm, das Dokumente liest, endete an diesem mit Status %1.</translation>
    </message>
    <message>
        <source>The program that reads documents was ended by %1 on this one.</source>
        <translation>Das Programm, das Dokumente liest, wurde an diesem durch %1 beendet.</translation>
    </message>
    <message>
        <source>The prompt has %1 tokens, but this model's context is %2 tokens for prompt and answer together; shorten the prompt or load the model with a larger context.</source>
        <translation>Die Anfrage hat %1 Token, der Kontext dieses Modells aber nur %2 für Anfrage und Antwort zusammen; kürzen Sie die Anfrage, oder laden Sie das Modell mit größerem Kontext.</translation>
    </message>
    <message>
        <source>The prompt holds a token that the model does not have.</source>
        <translation>Die Anfrage enthält ein Token, das das Modell nicht hat.</translation>
    </message>
    <message>
        <source>The prompt is empty.</source>
        <translation>Die Anfrage ist leer.</translation>
    </message>
    <message>
        <source>The recipe %1 cannot be read: %2.</source>
        <translation>Das Rezept %1 kann nicht gelesen werden: %2.</translation>
    </message>
    <message>
        <source>The recipe %1 has a mistake in line %2: %3.</source>
        <translation>Das Rezept %1 hat einen Fehler in Zeile %2: %3.</translation>
    </message>
    <message>
        <source>The recipe %1 is not UTF-8 text. Save it as UTF-8.</source>
        <translation>Das Rezept %1 ist kein UTF-8-Text. Speichern Sie es als UTF-8.</translation>
    </message>
    <message>
        <source>The recipe's instructions and its max_tokens leave no room in a context of %1 tokens.</source>
        <translation>Die Anweisungen des Rezepts und sein max_tokens lassen in einem Kontext von %1 Token keinen Platz.</translation>
    </message>
    <message>
        <source>The results cannot be written to %1: %2.</source>
        <translation>Die Ergebnisse können nicht nach %1 geschrieben werden: %2.</translation>
    </message>
    <message>
        <source>The run window %1 needs a start and an end, such as 22:00-07:00.</source>
        <translation>Das Zeitfenster %1 braucht einen Anfang und ein Ende, zum Beispiel 22:00-07:00.</translation>
    </message>
    <message>
        <source>The run window has no days.</source>
        <translation>Das Zeitfenster hat keine Tage.</translation>
    </message>
    <message>
        <source>The server at %1 answers with something that is no answer.</source>
        <translation>Der Server unter %1 antwortet mit etwas, das keine Antwort ist.</translation>
    </message>
    <message>
        <source>The server at %1 does not serve '%2'.</source>
        <translation>Der Server unter %1 bedient „%2“ nicht.</translation>
    </message>
    <message>
        <source>The server at %1 ended its answer without a word.</source>
        <translation>Der Server unter %1 hat seine Antwort ohne ein Wort beendet.</translation>
    </message>
    <message>
        <source>The server at %1 is not reached by its gateway: %2</source>
        <translation>Der Server unter %1 ist für sein Gateway nicht erreichbar: %2</translation>
    </message>
    <message>
        <source>The server at %1 refuses the API key: %2</source>
        <translation>Der Server unter %1 lehnt den API-Schlüssel ab: %2</translation>
    </message>
    <message>
        <source>The server refused the request: %1</source>
        <translation>Der Server hat die Anfrage abgelehnt: %1</translation>
    </message>
    <message>
        <source>The settings file %1 cannot be read: %2.</source>
        <translation>Die Einstellungsdatei %1 kann nicht gelesen werden: %2.</translation>
    </message>
    <message>
        <source>The settings file %1 has a mistake: %2.</source>
        <translation>Die Einstellungsdatei %1 hat einen Fehler: %2.</translation>
    </message>
    <message>
        <source>The settings file %1 is not UTF-8 text; save it again as UTF-8.</source>
        <translation>Die Einstellungsdatei %1 ist kein UTF-8-Text; speichern Sie sie noch einmal als UTF-8.</translation>
    </message>
    <message>
        <source>The shift ended at %1.</source>
        <translation>Die Schicht endete um %1.</translation>
    </message>
    <message>
        <source>The shift is over.</source>
        <translation>Die Schicht ist vorbei.</translation>
    </message>
    <message>
        <source>The step holds a token that the model does not have.</source>
        <translation>Der Schritt enthält ein Token, das das Modell nicht hat.</translation>
    </message>
    <message>
        <source>The step was broken off.</source>
        <translation>Der Schritt wurde abgebrochen.</translation>
    </message>
    <message>
        <source>The system says: %1.</source>
        <translation>Das System meldet: %1.</translation>
    </message>
    <message>
        <source>The torch engine computes with no q8_0 numbers; choose f16 or bf16, or a GGUF file.</source>
        <translation>Die torch-Engine rechnet nicht mit q8_0-Zahlen; wählen Sie f16 oder bf16 oder eine GGUF-Datei.</translation>
    </message>
    <message>
        <source>The torch engine keeps weights, keys and values in one type; ask for the same for both.</source>
        <translation>Die torch-Engine hält Gewichte, Keys und Values in einem Typ; verlangen Sie für beides denselben.</translation>
    </message>
    <message>
        <source>The web archive holds no page.</source>
        <translation>Das Webarchiv enthält keine Seite.</translation>
    </message>
    <message>
        <source>The weights of %1 %2 %3; download the model again.</source>
        <translation>Die Gewichte von %1 %2 %3; laden Sie das Modell erneut herunter.</translation>
    </message>
    <message>
        <source>The weights of %1 cannot be unpacked to %2: %3.</source>
        <translation>Die Gewichte von %1 lassen sich nicht nach %2 entpacken: %3.</translation>
    </message>
    <message>
        <source>The weights of %1 take %2 GB, and %3 GB can be used for them here; choose a smaller model or a stronger quantisation.</source>
        <translation>Die Gewichte von %1 brauchen %2 GB, und %3 GB stehen hier dafür bereit; wählen Sie ein kleineres Modell oder eine stärkere Quantisierung.</translation>
    </message>
    <message>
        <source>The working memory of %1 needs %2 GB, and %3 GB can be had; close other programs, or choose a smaller context, fewer rows or a smaller model.</source>
        <translation>Der Arbeitsspeicher von %1 braucht %2 GB, und %3 GB sind zu haben; schließen Sie andere Programme, oder wählen Sie einen kleineren Kontext, weniger Zeilen oder ein kleineres Modell.</translation>
    </message>
    <message>
        <source>There is a preset “%1” already; choose another name.</source>
        <translation>Eine Vorlage „%1“ gibt es schon; wählen Sie einen anderen Namen.</translation>
    </message>
    <message>
        <source>There is no conversation %1.</source>
        <translation>Ein Gespräch %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no export as %1 here. There are: %2.</source>
        <translation>Einen Export als %1 gibt es hier nicht. Es gibt: %2.</translation>
    </message>
    <message>
        <source>There is no export as %1. There are: %2.</source>
        <translation>Einen Export als %1 gibt es nicht. Es gibt: %2.</translation>
    </message>
    <message>
        <source>There is no file %1; check the spelling.</source>
        <translation>Eine Datei %1 gibt es nicht; prüfen Sie die Schreibweise.</translation>
    </message>
    <message>
        <source>There is no folder %1.</source>
        <translation>Einen Ordner %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no folder %1; check the spelling.</source>
        <translation>Einen Ordner %1 gibt es nicht; prüfen Sie die Schreibweise.</translation>
    </message>
    <message>
        <source>There is no folder for your own recipes.</source>
        <translation>Es gibt keinen Ordner für eigene Rezepte.</translation>
    </message>
    <message>
        <source>There is no folder number %1.</source>
        <translation>Einen Ordner mit der Nummer %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no message %1.</source>
        <translation>Eine Nachricht %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no model %1; `nightdesk models` lists those on this machine.</source>
        <translation>Ein Modell %1 gibt es nicht; `nightdesk models` zeigt die auf diesem Rechner.</translation>
    </message>
    <message>
        <source>There is no preset “%1” of your own.</source>
        <translation>Eine eigene Vorlage „%1“ gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no recipe called %1. There are: %2.</source>
        <translation>Ein Rezept namens %1 gibt es nicht. Es gibt: %2.</translation>
    </message>
    <message>
        <source>There is no recipe called %1. `nightdesk recipes` lists them.</source>
        <translation>Ein Rezept namens %1 gibt es nicht. `nightdesk recipes` zeigt alle.</translation>
    </message>
    <message>
        <source>There is no recipe version number %1.</source>
        <translation>Eine Rezeptversion mit der Nummer %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>There is no report yet: no run has ended.</source>
        <translation>Es gibt noch keinen Bericht: Noch kein Lauf ist zu Ende.</translation>
    </message>
    <message>
        <source>There is no run %1.</source>
        <translation>Einen Lauf %1 gibt es nicht.</translation>
    </message>
    <message>
        <source>There is nothing to go on from; ask for the answer again.</source>
        <translation>Es gibt nichts, woran sich anknüpfen ließe; fordern Sie die Antwort noch einmal an.</translation>
    </message>
    <message>
        <source>There was no answer within %1 seconds.</source>
        <translation>Innerhalb von %1 Sekunden kam keine Antwort.</translation>
    </message>
    <message>
        <source>This answer is still being written.</source>
        <translation>Diese Antwort wird noch geschrieben.</translation>
    </message>
    <message>
        <source>This machine has a CUDA card (%1), but llama-cpp-python was built without CUDA: `make cuda` builds it anew, and the model then runs on the card.</source>
        <translation>Dieser Rechner hat eine CUDA-Karte (%1), aber llama-cpp-python wurde ohne CUDA gebaut: `make cuda` baut es neu, und das Modell läuft dann auf der Karte.</translation>
    </message>
    <message>
        <source>This machine has a CUDA card (%1), but torch was installed without CUDA: install torch's CUDA build, or choose a GGUF file of the same model and run `make cuda`.</source>
        <translation>Dieser Rechner hat eine CUDA-Karte (%1), aber torch wurde ohne CUDA installiert: Installieren Sie die CUDA-Fassung von torch, oder wählen Sie eine GGUF-Datei desselben Modells und rufen Sie `make cuda` auf.</translation>
    </message>
    <message>
        <source>This model knows no larger context than %1 tokens. Load another one for these.</source>
        <translation>Dieses Modell kennt keinen größeren Kontext als %1 Token. Laden Sie dafür ein anderes.</translation>
    </message>
    <message>
        <source>This model reads text only, and a message holds a part of type '%1'.</source>
        <translation>Dieses Modell liest nur Text, und eine Nachricht enthält einen Teil vom Typ „%1“.</translation>
    </message>
    <message>
        <source>This model's chat template cannot go on with an answer.</source>
        <translation>Die Chat-Vorlage dieses Modells kann eine Antwort nicht fortsetzen.</translation>
    </message>
    <message>
        <source>This model's memory cannot be cut back to an earlier position.</source>
        <translation>Der Speicher dieses Modells lässt sich nicht auf eine frühere Stelle zurückschneiden.</translation>
    </message>
    <message>
        <source>This system has no keyring that keeps the key of %1; it stays in %2.</source>
        <translation>Auf diesem System gibt es keinen Schlüsselbund, der den Schlüssel von %1 behält; er bleibt in %2.</translation>
    </message>
    <message>
        <source>This type of file cannot be read.</source>
        <translation>Dateien dieses Typs können nicht gelesen werden.</translation>
    </message>
    <message>
        <source>Through MLX, keys and values cannot be q8_0 in batches; leave kv_type open.</source>
        <translation>Über MLX können Keys und Values in Stapeln nicht q8_0 sein; lassen Sie kv_type offen.</translation>
    </message>
    <message>
        <source>Title, date, people, amounts and subject of each document, as columns.</source>
        <translation>Titel, Datum, Personen, Beträge und Thema jedes Dokuments, als Spalten.</translation>
    </message>
    <message>
        <source>Translate to English</source>
        <translation>Ins Englische übersetzen</translation>
    </message>
    <message>
        <source>Try it again if the power failed or somebody ended Nightdesk; leave it out if Nightdesk stops by itself.</source>
        <translation>Versuchen Sie es noch einmal, wenn der Strom ausfiel oder jemand Nightdesk beendet hat; lassen Sie es weg, wenn Nightdesk von selbst endet.</translation>
    </message>
    <message>
        <source>Try it again when the engine has less to do.</source>
        <translation>Versuchen Sie es noch einmal, wenn die Engine weniger zu tun hat.</translation>
    </message>
    <message>
        <source>Try it again with another model, or leave it out.</source>
        <translation>Versuchen Sie es mit einem anderen Modell noch einmal, oder lassen Sie es weg.</translation>
    </message>
    <message>
        <source>Try it again; what the engine said is shown with the document.</source>
        <translation>Versuchen Sie es noch einmal; was die Engine gemeldet hat, steht beim Dokument.</translation>
    </message>
    <message>
        <source>Use a model with a larger context.</source>
        <translation>Verwenden Sie ein Modell mit größerem Kontext.</translation>
    </message>
    <message>
        <source>Using the server at %1 (%2).</source>
        <translation>Verwendet wird der Server unter %1 (%2).</translation>
    </message>
    <message>
        <source>Using the server at %1.</source>
        <translation>Verwendet wird der Server unter %1.</translation>
    </message>
    <message>
        <source>Waiting for %1.</source>
        <translation>Warten auf %1.</translation>
    </message>
    <message>
        <source>What has to be done, by whom and until when, as a list.</source>
        <translation>Was zu tun ist, von wem und bis wann, als Liste.</translation>
    </message>
    <message>
        <source>What kind of document it is, and how urgent.</source>
        <translation>Was für ein Dokument es ist, und wie eilig.</translation>
    </message>
    <message>
        <source>What the document says, in a few sentences.</source>
        <translation>Was im Dokument steht, in wenigen Sätzen.</translation>
    </message>
    <message>
        <source>a named pipe</source>
        <translation>eine Named Pipe</translation>
    </message>
    <message>
        <source>a server of another make</source>
        <translation>ein Server anderer Bauart</translation>
    </message>
    <message>
        <source>a special file</source>
        <translation>eine Spezialdatei</translation>
    </message>
    <message>
        <source>a symbolic link</source>
        <translation>ein symbolischer Link</translation>
    </message>
    <message>
        <source>chats go first</source>
        <translation>Chats gehen vor</translation>
    </message>
    <message>
        <source>counts tokens</source>
        <translation>zählt Token</translation>
    </message>
    <message>
        <source>exit code %1</source>
        <translation>Exit-Code %1</translation>
    </message>
    <message>
        <source>it ends after %1 bytes</source>
        <translation>sie endet nach %1 Bytes</translation>
    </message>
    <message>
        <source>it has %1 of %2 bytes</source>
        <translation>%1 von %2 Bytes sind da</translation>
    </message>
    <message>
        <source>it names no reason</source>
        <translation>ohne Angabe von Gründen</translation>
    </message>
    <message>
        <source>its head promises an impossible number of entries</source>
        <translation>der Kopf verspricht eine unmögliche Zahl von Einträgen</translation>
    </message>
    <message>
        <source>its model %1</source>
        <translation>seinem Modell %1</translation>
    </message>
    <message>
        <source>keeps to JSON schemas</source>
        <translation>hält sich an JSON-Schemas</translation>
    </message>
    <message>
        <source>llama-cpp-python was built without Metal: `make setup` on this Mac builds it with Metal.</source>
        <translation>llama-cpp-python wurde ohne Metal gebaut: `make setup` baut es auf diesem Mac mit Metal.</translation>
    </message>
    <message>
        <source>llama-cpp-python's server</source>
        <translation>der Server von llama-cpp-python</translation>
    </message>
    <message>
        <source>no JSON schemas, so they are asked for in words</source>
        <translation>keine JSON-Schemas, daher wird in Worten darum gebeten</translation>
    </message>
    <message>
        <source>no engine</source>
        <translation>keine Engine</translation>
    </message>
    <message>
        <source>no priorities, so documents leave room for chats</source>
        <translation>keine Vorränge, daher lassen Dokumente Platz für Chats</translation>
    </message>
    <message>
        <source>the CUDA card</source>
        <translation>der CUDA-Karte</translation>
    </message>
    <message>
        <source>the Mac's graphics</source>
        <translation>der Grafik des Mac</translation>
    </message>
    <message>
        <source>the column</source>
        <translation>die Spalte</translation>
    </message>
    <message>
        <source>the column %1 has an empty choice in %2</source>
        <translation>die Spalte %1 hat in %2 eine leere Wahlmöglichkeit</translation>
    </message>
    <message>
        <source>the column %1 has the unknown type %2; there are %3, and a|b|c</source>
        <translation>die Spalte %1 hat den unbekannten Typ %2; es gibt %3 und a|b|c</translation>
    </message>
    <message>
        <source>the column %1 is there twice</source>
        <translation>die Spalte %1 gibt es zweimal</translation>
    </message>
    <message>
        <source>the first model that it lists</source>
        <translation>dem ersten Modell seiner Liste</translation>
    </message>
    <message>
        <source>the front matter is not closed with a line of %1</source>
        <translation>der Vorspann ist nicht mit einer Zeile aus %1 geschlossen</translation>
    </message>
    <message>
        <source>the graphics card</source>
        <translation>der Grafikkarte</translation>
    </message>
    <message>
        <source>the processor</source>
        <translation>dem Prozessor</translation>
    </message>
    <message>
        <source>the prompt lacks %1: the document is put there</source>
        <translation>der Anweisung fehlt %1: Dort wird das Dokument eingesetzt</translation>
    </message>
    <message>
        <source>there is both columns and schema; keep one of them</source>
        <translation>columns und schema sind beide da; behalten Sie eines davon</translation>
    </message>
    <message>
        <source>tokens are estimated</source>
        <translation>Token werden geschätzt</translation>
    </message>
    <message>
        <source>too little memory</source>
        <translation>zu wenig Speicher</translation>
    </message>
    <message>
        <source>with Vulkan and without CUDA</source>
        <translation>mit Vulkan und ohne CUDA</translation>
    </message>
    <message>
        <source>without CUDA</source>
        <translation>ohne CUDA</translation>
    </message>
</context>
<context>
    <name>DatabasePage</name>
    <message>
        <source>Back to the results</source>
        <translation>Zu den Ergebnissen</translation>
    </message>
    <message>
        <source>Copy the path</source>
        <translation>Pfad kopieren</translation>
    </message>
    <message>
        <source>Copy: {what}</source>
        <translation>Kopieren: {what}</translation>
    </message>
    <message>
        <source>Everything is in one SQLite file. Reading it while Nightdesk works is safe; leave writing to Nightdesk.</source>
        <translation>Alles liegt in einer SQLite-Datei. Sie zu lesen, während Nightdesk arbeitet, ist ungefährlich; das Schreiben überlassen Sie Nightdesk.</translation>
    </message>
    <message>
        <source>In a terminal</source>
        <translation>In einem Terminal</translation>
    </message>
    <message>
        <source>In the browser, with Datasette</source>
        <translation>Im Browser, mit Datasette</translation>
    </message>
    <message>
        <source>One view for each version of a recipe</source>
        <translation>Eine Sicht für jede Version eines Rezepts</translation>
    </message>
    <message>
        <source>Show in its folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>The database</source>
        <translation>Die Datenbank</translation>
    </message>
    <message>
        <source>The newest answers as a table</source>
        <translation>Die neuesten Antworten als Tabelle</translation>
    </message>
</context>
<context>
    <name>DownloadBox</name>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Models in this repository</source>
        <translation>Modelle in diesem Repository</translation>
    </message>
    <message>
        <source>OWNER/NAME, as the hub shows it</source>
        <translation>BESITZER/NAME, wie der Hub es zeigt</translation>
    </message>
    <message>
        <source>Repository on the Hugging Face hub</source>
        <translation>Repository auf dem Hugging-Face-Hub</translation>
    </message>
    <message>
        <source>Show files</source>
        <translation>Dateien zeigen</translation>
    </message>
    <message>
        <source>This repository holds no model that is known here.</source>
        <translation>Dieses Repository enthält kein Modell, das hier bekannt ist.</translation>
    </message>
</context>
<context>
    <name>DropSheet</name>
    <message numerus="yes">
        <source>%Ln files</source>
        <translation>
            <numerusform>%Ln Datei</numerusform>
            <numerusform>%Ln Dateien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln folders</source>
        <translation>
            <numerusform>%Ln Ordner</numerusform>
            <numerusform>%Ln Ordner</numerusform>
        </translation>
    </message>
    <message>
        <source>A folder…</source>
        <translation>Ein Ordner…</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Files…</source>
        <translation>Dateien…</translation>
    </message>
    <message>
        <source>Keep watching for new documents</source>
        <translation>Weiter auf neue Dokumente achten</translation>
    </message>
    <message>
        <source>Looking at what is there…</source>
        <translation>Es wird nachgesehen, was da ist…</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Einreihen</translation>
    </message>
    <message>
        <source>Queue documents</source>
        <translation>Dokumente einreihen</translation>
    </message>
    <message>
        <source>Queue {folders} and {files}</source>
        <translation>{folders} und {files} einreihen</translation>
    </message>
    <message>
        <source>Queue {what}</source>
        <translation>{what} einreihen</translation>
    </message>
    <message>
        <source>Queued with the recipe “{recipe}”.</source>
        <translation>Mit dem Rezept „{recipe}“ eingereiht.</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
</context>
<context>
    <name>DropVeil</name>
    <message>
        <source>Drop to queue</source>
        <translation>Zum Einreihen hier loslassen</translation>
    </message>
    <message>
        <source>Every document is worked off with the recipe you choose next.</source>
        <translation>Jedes Dokument wird mit dem Rezept bearbeitet, das Sie gleich wählen.</translation>
    </message>
    <message>
        <source>On the question below, a few documents go along with it instead.</source>
        <translation>Auf der Frage unten gehen einige wenige Dokumente stattdessen mit ihr.</translation>
    </message>
</context>
<context>
    <name>Duration</name>
    <message>
        <source>{days} d {hours} h</source>
        <translation>{days} T {hours} h</translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation>{hours} h {minutes} min</translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s</source>
        <translation>{minutes} min {seconds} s</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
</context>
<context>
    <name>EmptyChat</name>
    <message>
        <source>Ask by day, hand over a folder at night</source>
        <translation>Tagsüber fragen, nachts einen Ordner übergeben</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Explain what a hash function is, with an example</source>
        <translation>Erkläre an einem Beispiel, was eine Hashfunktion ist</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>Recipes</source>
        <translation>Rezepte</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>The model runs on this machine; nothing you write leaves it. Drop files or a folder anywhere on this window to have every document worked off.</source>
        <translation>Das Modell läuft auf diesem Rechner; nichts, was Sie schreiben, verlässt ihn. Ziehen Sie Dateien oder einen Ordner auf dieses Fenster, und jedes Dokument wird bearbeitet.</translation>
    </message>
    <message>
        <source>Write a Python function that reads a CSV file</source>
        <translation>Schreibe eine Python-Funktion, die eine CSV-Datei liest</translation>
    </message>
    <message>
        <source>Write a short, friendly reminder about an unpaid invoice</source>
        <translation>Erinnere kurz und freundlich an eine offene Rechnung</translation>
    </message>
    <message>
        <source>an answer for every document, and the morning report</source>
        <translation>eine Antwort zu jedem Dokument und der Morgenbericht</translation>
    </message>
    <message>
        <source>ask, and read the answer while it is written</source>
        <translation>fragen und die Antwort lesen, während sie entsteht</translation>
    </message>
    <message>
        <source>documents being worked off, at night if you like</source>
        <translation>Dokumente, die bearbeitet werden, auch über Nacht</translation>
    </message>
    <message>
        <source>what is asked of every document</source>
        <translation>was jedes Dokument gefragt wird</translation>
    </message>
    <message>
        <source>which model answers; a small one is there already</source>
        <translation>welches Modell antwortet; ein kleines ist schon da</translation>
    </message>
</context>
<context>
    <name>EngineDot</name>
    <message>
        <source>Engine: {word}.{model} {detail}</source>
        <translation>Engine: {word}.{model} {detail}</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>Loading</source>
        <translation>Lädt</translation>
    </message>
    <message>
        <source>No model is loaded.</source>
        <translation>Es ist kein Modell geladen.</translation>
    </message>
    <message>
        <source>Off</source>
        <translation>Aus</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Restarting</source>
        <translation>Startet neu</translation>
    </message>
</context>
<context>
    <name>Estimate</name>
    <message numerus="yes">
        <source>%Ln documents</source>
        <translation>
            <numerusform>%Ln Dokument</numerusform>
            <numerusform>%Ln Dokumente</numerusform>
        </translation>
    </message>
    <message>
        <source>More than {documents}</source>
        <translation>Mehr als {documents}</translation>
    </message>
    <message>
        <source>No document was found there.</source>
        <translation>Dort wurde kein Dokument gefunden.</translation>
    </message>
    <message>
        <source>about {read} tokens to read and at most {written} to write</source>
        <translation>etwa {read} Token zu lesen und höchstens {written} zu schreiben</translation>
    </message>
    <message>
        <source>about {read} tokens to read and {written} to write</source>
        <translation>etwa {read} Token zu lesen und {written} zu schreiben</translation>
    </message>
    <message>
        <source>about {time}, going by the last run</source>
        <translation>etwa {time}, nach dem letzten Lauf zu urteilen</translation>
    </message>
</context>
<context>
    <name>EvidencePanel</name>
    <message numerus="yes">
        <source>%Ln tokens</source>
        <translation>
            <numerusform>%Ln Token</numerusform>
            <numerusform>%Ln Token</numerusform>
        </translation>
    </message>
    <message>
        <source>All recipes</source>
        <translation>Alle Rezepte</translation>
    </message>
    <message>
        <source>Ask the results</source>
        <translation>Ergebnisse befragen</translation>
    </message>
    <message>
        <source>At most so many results</source>
        <translation>Höchstens so viele Ergebnisse</translation>
    </message>
    <message>
        <source>Close the search of the results</source>
        <translation>Suche in den Ergebnissen schließen</translation>
    </message>
    <message>
        <source>No result says any of these words.</source>
        <translation>Kein Ergebnis enthält eines dieser Wörter.</translation>
    </message>
    <message>
        <source>Recipe whose results are asked</source>
        <translation>Rezept, dessen Ergebnisse befragt werden</translation>
    </message>
    <message>
        <source>Results found</source>
        <translation>Gefundene Ergebnisse</translation>
    </message>
    <message>
        <source>Search the results</source>
        <translation>Ergebnisse durchsuchen</translation>
    </message>
    <message>
        <source>Take along</source>
        <translation>Mitnehmen</translation>
    </message>
    <message>
        <source>There are no results yet. Drop a folder on the window to have its documents read.</source>
        <translation>Es gibt noch keine Ergebnisse. Ziehen Sie einen Ordner auf das Fenster, und seine Dokumente werden gelesen.</translation>
    </message>
    <message>
        <source>There is no room for this one in the model's context.</source>
        <translation>Dafür ist im Kontext des Modells kein Platz.</translation>
    </message>
    <message>
        <source>Words to search the results for</source>
        <translation>Wörter, nach denen in den Ergebnissen gesucht wird</translation>
    </message>
    <message>
        <source>no room</source>
        <translation>kein Platz</translation>
    </message>
    <message>
        <source>shortened</source>
        <translation>gekürzt</translation>
    </message>
    <message>
        <source>{chosen} of {found} results, {tokens} of {room} free tokens</source>
        <translation>{chosen} von {found} Ergebnissen, {tokens} von {room} freien Token</translation>
    </message>
    <message>
        <source>{recipe} ({count})</source>
        <translation>{recipe} ({count})</translation>
    </message>
</context>
<context>
    <name>Exports</name>
    <message numerus="yes">
        <source>%Ln documents have no folder any more.</source>
        <translation>
            <numerusform>%Ln Dokument hat keinen Ordner mehr.</numerusform>
            <numerusform>%Ln Dokumente haben keinen Ordner mehr.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln files could not be written.</source>
        <translation>
            <numerusform>%Ln Datei konnte nicht geschrieben werden.</numerusform>
            <numerusform>%Ln Dateien konnten nicht geschrieben werden.</numerusform>
        </translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Export the results</source>
        <translation>Ergebnisse exportieren</translation>
    </message>
    <message>
        <source>Markdown files beside the documents</source>
        <translation>Markdown-Dateien neben den Dokumenten</translation>
    </message>
    <message>
        <source>Markdown files in one folder…</source>
        <translation>Markdown-Dateien in einem Ordner…</translation>
    </message>
    <message>
        <source>Open the database…</source>
        <translation>Datenbank öffnen…</translation>
    </message>
    <message>
        <source>Write the Markdown files to</source>
        <translation>Markdown-Dateien schreiben nach</translation>
    </message>
    <message numerus="yes">
        <source>Wrote %Ln Markdown files.</source>
        <translation>
            <numerusform>%Ln Markdown-Datei geschrieben.</numerusform>
            <numerusform>%Ln Markdown-Dateien geschrieben.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Wrote %Ln results to {path}.</source>
        <translation>
            <numerusform>%Ln Ergebnis nach {path} geschrieben.</numerusform>
            <numerusform>%Ln Ergebnisse nach {path} geschrieben.</numerusform>
        </translation>
    </message>
    <message>
        <source>{format} file…</source>
        <translation>{format}-Datei…</translation>
    </message>
</context>
<context>
    <name>FolderList</name>
    <message>
        <source>Show the jobs of {folder}</source>
        <translation>Aufträge von {folder} zeigen</translation>
    </message>
    <message>
        <source>Stop watching {folder}</source>
        <translation>{folder} nicht mehr beobachten</translation>
    </message>
    <message>
        <source>all {total} done</source>
        <translation>alle {total} erledigt</translation>
    </message>
    <message>
        <source>looking through it</source>
        <translation>wird durchgesehen</translation>
    </message>
    <message>
        <source>watched, last looked at {time}</source>
        <translation>beobachtet, zuletzt durchgesehen {time}</translation>
    </message>
    <message>
        <source>{count} found, queued once they are complete</source>
        <translation>{count} gefunden, eingereiht, sobald sie vollständig sind</translation>
    </message>
    <message>
        <source>{done} of {total} done</source>
        <translation>{done} von {total} erledigt</translation>
    </message>
    <message>
        <source>{done}, {failed} failed</source>
        <translation>{done}, {failed} fehlgeschlagen</translation>
    </message>
</context>
<context>
    <name>History</name>
    <message>
        <source>Conversation</source>
        <translation>Gespräch</translation>
    </message>
    <message>
        <source>Jump to the newest</source>
        <translation>Zum Neuesten springen</translation>
    </message>
</context>
<context>
    <name>JobActions</name>
    <message>
        <source>Also with the recipe</source>
        <translation>Auch mit dem Rezept</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Copy the paths</source>
        <translation>Pfade kopieren</translation>
    </message>
    <message>
        <source>Open the document</source>
        <translation>Dokument öffnen</translation>
    </message>
    <message>
        <source>Open the result</source>
        <translation>Ergebnis öffnen</translation>
    </message>
    <message>
        <source>Put first</source>
        <translation>Vorziehen</translation>
    </message>
    <message>
        <source>Show in its folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Try again with a larger context</source>
        <translation>Mit größerem Kontext noch einmal versuchen</translation>
    </message>
</context>
<context>
    <name>JobDetails</name>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>Versuche</translation>
    </message>
    <message>
        <source>Close the details</source>
        <translation>Einzelheiten schließen</translation>
    </message>
    <message>
        <source>Details of the job</source>
        <translation>Einzelheiten des Auftrags</translation>
    </message>
    <message>
        <source>Nothing has been read from this document yet.</source>
        <translation>Aus diesem Dokument ist noch nichts gelesen worden.</translation>
    </message>
    <message>
        <source>Open the result</source>
        <translation>Ergebnis öffnen</translation>
    </message>
    <message>
        <source>Text of the document</source>
        <translation>Text des Dokuments</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>{done} of {parts} parts</source>
        <translation>{done} von {parts} Teilen</translation>
    </message>
    <message>
        <source>{state}, recipe {recipe}, version {version}</source>
        <translation>{state}, Rezept {recipe}, Version {version}</translation>
    </message>
</context>
<context>
    <name>JobFilter</name>
    <message>
        <source>All</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Erledigt</translation>
    </message>
    <message>
        <source>Every folder</source>
        <translation>Alle Ordner</translation>
    </message>
    <message>
        <source>Every recipe</source>
        <translation>Alle Rezepte</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Offen</translation>
    </message>
    <message>
        <source>Part of the name</source>
        <translation>Teil des Namens</translation>
    </message>
    <message>
        <source>Show jobs in state</source>
        <translation>Aufträge in diesem Zustand zeigen</translation>
    </message>
    <message>
        <source>Show jobs of folder</source>
        <translation>Aufträge dieses Ordners zeigen</translation>
    </message>
    <message>
        <source>Show jobs of recipe</source>
        <translation>Aufträge dieses Rezepts zeigen</translation>
    </message>
    <message>
        <source>Show jobs whose name holds</source>
        <translation>Aufträge zeigen, deren Name dies enthält</translation>
    </message>
</context>
<context>
    <name>JobList</name>
    <message>
        <source>Jobs</source>
        <translation>Aufträge</translation>
    </message>
</context>
<context>
    <name>JobOrders</name>
    <message numerus="yes">
        <source>%Ln documents were cancelled.</source>
        <translation>
            <numerusform>%Ln Dokument wurde abgebrochen.</numerusform>
            <numerusform>%Ln Dokumente wurden abgebrochen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln waiting documents were cancelled.</source>
        <translation>
            <numerusform>%Ln wartendes Dokument wurde abgebrochen.</numerusform>
            <numerusform>%Ln wartende Dokumente wurden abgebrochen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Tried again with a context of {context} tokens; it stays so.</source>
        <translation>Noch einmal versucht mit einem Kontext von {context} Token; dabei bleibt es.</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>{folder} is no longer watched.</source>
        <translation>{folder} wird nicht mehr beobachtet.</translation>
    </message>
</context>
<context>
    <name>Jobs</name>
    <message>
        <source>Document</source>
        <translation>Dokument</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>Ausgang</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message>
        <source>Took</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>{read} tokens read, {written} written, {rate} a second</source>
        <translation>{read} Token gelesen, {written} geschrieben, {rate} je Sekunde</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
    <message>
        <source>{word}, attempt {number}</source>
        <translation>{word}, Versuch {number}</translation>
    </message>
    <message>
        <source>{word}, part {done} of {parts}</source>
        <translation>{word}, Teil {done} von {parts}</translation>
    </message>
</context>
<context>
    <name>LiveAnswers</name>
    <message>
        <source>Answer failed: {reason}</source>
        <translation>Antwort fehlgeschlagen: {reason}</translation>
    </message>
    <message>
        <source>Answer finished.</source>
        <translation>Antwort fertig.</translation>
    </message>
    <message>
        <source>Answer stopped.</source>
        <translation>Antwort gestoppt.</translation>
    </message>
    <message>
        <source>Reading your question…</source>
        <translation>Ihre Frage wird gelesen…</translation>
    </message>
    <message>
        <source>The engine is being restarted; your question is kept.</source>
        <translation>Die Engine startet neu; Ihre Frage bleibt erhalten.</translation>
    </message>
    <message>
        <source>The model is loading; your question is answered as soon as it is ready.</source>
        <translation>Das Modell wird geladen; Ihre Frage wird beantwortet, sobald es bereit ist.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Cancel the chosen jobs</source>
        <translation>Gewählte Aufträge abbrechen</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Copy the cell</source>
        <translation>Zelle kopieren</translation>
    </message>
    <message>
        <source>Copy the chosen rows</source>
        <translation>Gewählte Zeilen kopieren</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>Neues Gespräch</translation>
    </message>
    <message>
        <source>New line in the question</source>
        <translation>Neue Zeile in der Frage</translation>
    </message>
    <message>
        <source>Nightdesk {version}. Chat with a local model by day; hand it a folder at night.</source>
        <translation>Nightdesk {version}. Am Tag mit einem lokalen Modell reden, in der Nacht einen Ordner abarbeiten lassen.</translation>
    </message>
    <message>
        <source>Open the result of the chosen job</source>
        <translation>Ergebnis des gewählten Auftrags öffnen</translation>
    </message>
    <message>
        <source>Pause or resume the queue</source>
        <translation>Warteschlange anhalten oder fortsetzen</translation>
    </message>
    <message>
        <source>Put the chosen jobs first</source>
        <translation>Gewählte Aufträge vorziehen</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>Queue files or a folder</source>
        <translation>Dateien oder einen Ordner einreihen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Recipes</source>
        <translation>Rezepte</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
    <message>
        <source>Search on this page</source>
        <translation>Auf dieser Seite suchen</translation>
    </message>
    <message>
        <source>Send the question</source>
        <translation>Frage senden</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Stop the answer</source>
        <translation>Antwort stoppen</translation>
    </message>
    <message>
        <source>Try the chosen jobs again</source>
        <translation>Gewählte Aufträge wiederholen</translation>
    </message>
</context>
<context>
    <name>MannerControl</name>
    <message>
        <source>System prompt and sampling</source>
        <translation>Systemanweisung und Sampling</translation>
    </message>
</context>
<context>
    <name>Memory</name>
    <message>
        <source>needs about {needed} of {free} that are free</source>
        <translation>braucht etwa {needed} von {free}, die frei sind</translation>
    </message>
    <message>
        <source>needs about {needed}, and {free} are free</source>
        <translation>braucht etwa {needed}, und {free} sind frei</translation>
    </message>
</context>
<context>
    <name>MemoryBar</name>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
</context>
<context>
    <name>MenuBar</name>
    <message>
        <source>About Nightdesk</source>
        <translation>Über Nightdesk</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>Fenster schließen</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Ablage</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Add a file…</source>
        <translation>Datei…</translation>
    </message>
    <message>
        <source>Add a folder with models</source>
        <translation>Ordner mit Modellen hinzufügen</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>Ordner…</translation>
    </message>
    <message>
        <source>Add a model file</source>
        <translation>Modelldatei hinzufügen</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>Engine</translation>
    </message>
    <message>
        <source>From the Hugging Face hub</source>
        <translation>Vom Hugging-Face-Hub</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>In Verwendung</translation>
    </message>
    <message numerus="yes">
        <source>It was restarted %Ln times.</source>
        <translation>
            <numerusform>Sie wurde %Ln-mal neu gestartet.</numerusform>
            <numerusform>Sie wurde %Ln-mal neu gestartet.</numerusform>
        </translation>
    </message>
    <message>
        <source>Load</source>
        <translation>Laden</translation>
    </message>
    <message>
        <source>Model files (*.gguf)</source>
        <translation>Modelldateien (*.gguf)</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>No model is loaded.</source>
        <translation>Es ist kein Modell geladen.</translation>
    </message>
    <message>
        <source>No model of this name</source>
        <translation>Kein Modell dieses Namens</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suchen</translation>
    </message>
    <message>
        <source>Search models</source>
        <translation>Modelle suchen</translation>
    </message>
    <message>
        <source>Unload</source>
        <translation>Entladen</translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation>Dieses Modell verwenden</translation>
    </message>
    <message>
        <source>cannot be served here</source>
        <translation>läuft hier nicht</translation>
    </message>
    <message>
        <source>comes with Nightdesk</source>
        <translation>mit Nightdesk geliefert</translation>
    </message>
    <message>
        <source>context {count}</source>
        <translation>Kontext {count}</translation>
    </message>
    <message>
        <source>{count} million parameters</source>
        <translation>{count} Mio. Parameter</translation>
    </message>
    <message>
        <source>{engine} on {where}</source>
        <translation>{engine} auf {where}</translation>
    </message>
    <message>
        <source>{name}  ✓</source>
        <translation>{name}  ✓</translation>
    </message>
</context>
<context>
    <name>NightBars</name>
    <message>
        <source>Documents over the run</source>
        <translation>Dokumente im Verlauf</translation>
    </message>
    <message>
        <source>{begin} to {end}: {done} done</source>
        <translation>{begin} bis {end}: {done} erledigt</translation>
    </message>
    <message>
        <source>{done} done and {failed} without a result, at most {most} in {span} minutes</source>
        <translation>{done} erledigt und {failed} ohne Ergebnis, höchstens {most} in {span} Minuten</translation>
    </message>
    <message>
        <source>{words}, {failed} without a result</source>
        <translation>{words}, {failed} ohne Ergebnis</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Close the notice</source>
        <translation>Hinweis schließen</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>{text} Offered here: {actions}.</source>
        <translation>{text} Hier angeboten: {actions}.</translation>
    </message>
</context>
<context>
    <name>Overview</name>
    <message>
        <source>Add…</source>
        <translation>Hinzufügen…</translation>
    </message>
    <message>
        <source>Drop files or a folder anywhere on this window.</source>
        <translation>Ziehen Sie Dateien oder einen Ordner irgendwo auf dieses Fenster.</translation>
    </message>
    <message>
        <source>Everything that was queued is finished.</source>
        <translation>Alles, was eingereiht war, ist fertig.</translation>
    </message>
    <message>
        <source>Nothing is waiting</source>
        <translation>Nichts wartet</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Pause the queue</source>
        <translation>Warteschlange anhalten</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Resume the queue</source>
        <translation>Warteschlange fortsetzen</translation>
    </message>
    <message>
        <source>Share of the documents that are finished</source>
        <translation>Anteil der fertigen Dokumente</translation>
    </message>
    <message>
        <source>Show the documents that failed</source>
        <translation>Die fehlgeschlagenen Dokumente zeigen</translation>
    </message>
    <message>
        <source>documents/h</source>
        <translation>Dokumente/h</translation>
    </message>
    <message>
        <source>done</source>
        <translation>erledigt</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>Fehler</translation>
    </message>
    <message>
        <source>left</source>
        <translation>übrig</translation>
    </message>
    <message>
        <source>tok/s</source>
        <translation>Tok/s</translation>
    </message>
    <message>
        <source>{finished} of {total} finished</source>
        <translation>{finished} von {total} erledigt</translation>
    </message>
    <message>
        <source>{ready} waiting for the engine.</source>
        <translation>{ready} warten auf die Engine.</translation>
    </message>
    <message>
        <source>{running} in the batch, {ready} waiting. Chat answers go first.</source>
        <translation>{running} im Stapel, {ready} warten. Chat-Antworten gehen vor.</translation>
    </message>
</context>
<context>
    <name>Presence</name>
    <message>
        <source>Finish in the background</source>
        <translation>Im Hintergrund zu Ende bringen</translation>
    </message>
    <message>
        <source>Nightdesk goes on in the tray</source>
        <translation>Nightdesk arbeitet im Infobereich weiter</translation>
    </message>
    <message>
        <source>Stop and quit</source>
        <translation>Anhalten und beenden</translation>
    </message>
    <message>
        <source>The queue keeps working. Quit from the tray icon's menu or with {key}.</source>
        <translation>Die Warteschlange arbeitet weiter. Beenden können Sie im Menü des Symbols oder mit {key}.</translation>
    </message>
</context>
<context>
    <name>PresetBar</name>
    <message>
        <source>As usual</source>
        <translation>Wie sonst</translation>
    </message>
    <message>
        <source>Changed</source>
        <translation>Geändert</translation>
    </message>
    <message>
        <source>Editor</source>
        <translation>Lektor</translation>
    </message>
    <message>
        <source>Imaginative</source>
        <translation>Einfallsreich</translation>
    </message>
    <message>
        <source>Kept as “{name}”.</source>
        <translation>Als „{name}“ aufgehoben.</translation>
    </message>
    <message>
        <source>Name of the preset</source>
        <translation>Name der Vorlage</translation>
    </message>
    <message>
        <source>Precise</source>
        <translation>Genau</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Vorlage</translation>
    </message>
    <message>
        <source>Programmer</source>
        <translation>Programmierer</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Removed “{name}”.</source>
        <translation>„{name}“ entfernt.</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen…</translation>
    </message>
    <message>
        <source>Save as a preset…</source>
        <translation>Als Vorlage speichern…</translation>
    </message>
    <message>
        <source>Save, rename or remove a preset</source>
        <translation>Vorlage speichern, umbenennen oder entfernen</translation>
    </message>
    <message>
        <source>Translator</source>
        <translation>Übersetzer</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>Prices</name>
    <message>
        <source>Batch service</source>
        <translation>Stapeldienst</translation>
    </message>
    <message>
        <source>Currency</source>
        <translation>Währung</translation>
    </message>
    <message>
        <source>For a million tokens</source>
        <translation>Je Million Token</translation>
    </message>
    <message>
        <source>Streaming service</source>
        <translation>Streamingdienst</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>nicht gesetzt</translation>
    </message>
    <message>
        <source>read</source>
        <translation>gelesen</translation>
    </message>
    <message>
        <source>written</source>
        <translation>geschrieben</translation>
    </message>
    <message>
        <source>{service}, a million tokens {way}</source>
        <translation>{service}, je Million Token, {way}</translation>
    </message>
</context>
<context>
    <name>QuestionView</name>
    <message>
        <source>Ask this in other words</source>
        <translation>Anders fragen</translation>
    </message>
    <message>
        <source>Hide the text</source>
        <translation>Text verbergen</translation>
    </message>
    <message>
        <source>Show or hide the text that went along</source>
        <translation>Mitgegebenen Text zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Show the text</source>
        <translation>Text zeigen</translation>
    </message>
    <message>
        <source>What went along with the question</source>
        <translation>Was mit der Frage mitging</translation>
    </message>
    <message>
        <source>With {name}</source>
        <translation>Mit {name}</translation>
    </message>
    <message>
        <source>Your question</source>
        <translation>Ihre Frage</translation>
    </message>
    <message>
        <source>results of {recipe} for “{words}”: {names}</source>
        <translation>Ergebnisse von {recipe} zu „{words}“: {names}</translation>
    </message>
    <message>
        <source>results of {recipe}: {names}</source>
        <translation>Ergebnisse von {recipe}: {names}</translation>
    </message>
</context>
<context>
    <name>QueuePage</name>
    <message numerus="yes">
        <source>%Ln jobs</source>
        <translation>
            <numerusform>%Ln Auftrag</numerusform>
            <numerusform>%Ln Aufträge</numerusform>
        </translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>No jobs here. Drop a folder on the window: each document becomes a job.</source>
        <translation>Hier sind keine Aufträge. Ziehen Sie einen Ordner auf das Fenster: Jedes Dokument wird ein Auftrag.</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>{name} ({key})</source>
        <translation>{name} ({key})</translation>
    </message>
</context>
<context>
    <name>RecipesPage</name>
    <message numerus="yes">
        <source>%Ln tokens of instructions, computed once for all documents</source>
        <translation>
            <numerusform>%Ln Token Anweisungen, einmal für alle Dokumente berechnet</numerusform>
            <numerusform>%Ln Token Anweisungen, einmal für alle Dokumente berechnet</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>At most %Ln tokens per answer</source>
        <translation>
            <numerusform>Höchstens %Ln Token je Antwort</numerusform>
            <numerusform>Höchstens %Ln Token je Antwort</numerusform>
        </translation>
    </message>
    <message>
        <source>Between the +++ lines its options, below them what the model is asked.</source>
        <translation>Zwischen den Zeilen +++ stehen die Optionen, darunter steht, was das Modell gefragt wird.</translation>
    </message>
    <message>
        <source>Columns: {names}</source>
        <translation>Spalten: {names}</translation>
    </message>
    <message>
        <source>Discard the changes</source>
        <translation>Änderungen verwerfen</translation>
    </message>
    <message>
        <source>Line {line}: {reason}.</source>
        <translation>Zeile {line}: {reason}.</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Name of the recipe</source>
        <translation>Name des Rezepts</translation>
    </message>
    <message>
        <source>New recipe</source>
        <translation>Neues Rezept</translation>
    </message>
    <message>
        <source>Recipes</source>
        <translation>Rezepte</translation>
    </message>
    <message>
        <source>Save as my own</source>
        <translation>Als eigenes speichern</translation>
    </message>
    <message>
        <source>The recipe's file</source>
        <translation>Datei des Rezepts</translation>
    </message>
    <message>
        <source>{title}, not saved yet</source>
        <translation>{title}, noch nicht gespeichert</translation>
    </message>
</context>
<context>
    <name>Removal</name>
    <message>
        <source>Deleted “{title}”.</source>
        <translation>„{title}“ gelöscht.</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>Neues Gespräch</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
</context>
<context>
    <name>Report</name>
    <message numerus="yes">
        <source>%Ln documents</source>
        <translation>
            <numerusform>%Ln Dokument</numerusform>
            <numerusform>%Ln Dokumente</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln documents done</source>
        <translation>
            <numerusform>%Ln Dokument erledigt</numerusform>
            <numerusform>%Ln Dokumente erledigt</numerusform>
        </translation>
    </message>
    <message>
        <source>Answers that ended at max_tokens</source>
        <translation>Antworten, die bei max_tokens endeten</translation>
    </message>
    <message>
        <source>Documents done</source>
        <translation>Erledigte Dokumente</translation>
    </message>
    <message>
        <source>Documents per hour</source>
        <translation>Dokumente je Stunde</translation>
    </message>
    <message>
        <source>Documents without a result</source>
        <translation>Dokumente ohne Ergebnis</translation>
    </message>
    <message>
        <source>Duplicates skipped</source>
        <translation>Übersprungene Doppel</translation>
    </message>
    <message>
        <source>Engine busy</source>
        <translation>Engine beschäftigt</translation>
    </message>
    <message>
        <source>Left for the next run</source>
        <translation>Für den nächsten Lauf übrig</translation>
    </message>
    <message>
        <source>Morning report</source>
        <translation>Morgenbericht</translation>
    </message>
    <message>
        <source>One at a time, tokens per second</source>
        <translation>Einzeln, Token je Sekunde</translation>
    </message>
    <message>
        <source>Parts of long documents</source>
        <translation>Teile langer Dokumente</translation>
    </message>
    <message>
        <source>Recoveries of the engine</source>
        <translation>Neustarts der Engine</translation>
    </message>
    <message>
        <source>Speed-up</source>
        <translation>Beschleunigung</translation>
    </message>
    <message>
        <source>The same tokens at a batch service</source>
        <translation>Dieselben Token bei einem Stapeldienst</translation>
    </message>
    <message>
        <source>The same tokens at a streaming service</source>
        <translation>Dieselben Token bei einem Streamingdienst</translation>
    </message>
    <message>
        <source>Time left, as first said and as it was</source>
        <translation>Restzeit, wie zuerst geschätzt und wie sie war</translation>
    </message>
    <message numerus="yes">
        <source>Together (%Ln rows), tokens per second</source>
        <translation>
            <numerusform>Zusammen (%Ln Zeile), Token je Sekunde</numerusform>
            <numerusform>Zusammen (%Ln Zeilen), Token je Sekunde</numerusform>
        </translation>
    </message>
    <message>
        <source>Tokens read</source>
        <translation>Gelesene Token</translation>
    </message>
    <message>
        <source>Tokens written</source>
        <translation>Geschriebene Token</translation>
    </message>
    <message>
        <source>Tokens written per second</source>
        <translation>Geschriebene Token je Sekunde</translation>
    </message>
    <message>
        <source>Wall time</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Without a result</source>
        <translation>Ohne Ergebnis</translation>
    </message>
    <message>
        <source>and {count} more on the queue's page.</source>
        <translation>und {count} weitere auf der Seite der Aufträge.</translation>
    </message>
    <message>
        <source>of these from the prefix cache</source>
        <translation>davon aus dem Präfix-Cache</translation>
    </message>
    <message>
        <source>{count} left for the next run</source>
        <translation>{count} bleiben für den nächsten Lauf</translation>
    </message>
    <message>
        <source>{count} without a result</source>
        <translation>{count} ohne Ergebnis</translation>
    </message>
    <message>
        <source>{done}, {times} times as fast as one at a time.</source>
        <translation>{done}, {times}-mal so schnell wie einzeln.</translation>
    </message>
    <message>
        <source>{what} in {time}</source>
        <translation>{what} in {time}</translation>
    </message>
</context>
<context>
    <name>ReportPage</name>
    <message>
        <source>Back to the results</source>
        <translation>Zu den Ergebnissen</translation>
    </message>
    <message>
        <source>Copy the report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Lauf</translation>
    </message>
    <message>
        <source>Run of</source>
        <translation>Lauf vom</translation>
    </message>
</context>
<context>
    <name>ReportSheet</name>
    <message>
        <source>A batch service</source>
        <translation>Ein Stapeldienst</translation>
    </message>
    <message>
        <source>A streaming service</source>
        <translation>Ein Streamingdienst</translation>
    </message>
    <message>
        <source>Answers that ended at max_tokens</source>
        <translation>Antworten, die bei max_tokens endeten</translation>
    </message>
    <message numerus="yes">
        <source>Each bar stands for %Ln minutes.</source>
        <translation>
            <numerusform>Jeder Balken steht für %Ln Minute.</numerusform>
            <numerusform>Jeder Balken steht für %Ln Minuten.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Each bar stands for %Ln seconds.</source>
        <translation>
            <numerusform>Jeder Balken steht für %Ln Sekunde.</numerusform>
            <numerusform>Jeder Balken steht für %Ln Sekunden.</numerusform>
        </translation>
    </message>
    <message>
        <source>Engine busy</source>
        <translation>Engine beschäftigt</translation>
    </message>
    <message numerus="yes">
        <source>Green dots are answers in the chat, which went first: %Ln.</source>
        <translation>
            <numerusform>Grüne Punkte sind Antworten im Chat, die vorgingen: %Ln.</numerusform>
            <numerusform>Grüne Punkte sind Antworten im Chat, die vorgingen: %Ln.</numerusform>
        </translation>
    </message>
    <message>
        <source>Left for the next run</source>
        <translation>Für den nächsten Lauf übrig</translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
    <message>
        <source>Morning report</source>
        <translation>Morgenbericht</translation>
    </message>
    <message>
        <source>One at a time</source>
        <translation>Einzeln</translation>
    </message>
    <message>
        <source>One at a time and together</source>
        <translation>Einzeln und zusammen</translation>
    </message>
    <message>
        <source>Over the run</source>
        <translation>Im Verlauf</translation>
    </message>
    <message>
        <source>Parts of long documents</source>
        <translation>Teile langer Dokumente</translation>
    </message>
    <message>
        <source>Recoveries of the engine</source>
        <translation>Neustarts der Engine</translation>
    </message>
    <message>
        <source>Red had no result.</source>
        <translation>Rot blieb ohne Ergebnis.</translation>
    </message>
    <message>
        <source>Set the prices of a service in the settings to see what it would have asked.</source>
        <translation>Tragen Sie in den Einstellungen die Preise eines Dienstes ein, um zu sehen, was er verlangt hätte.</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Geschwindigkeit</translation>
    </message>
    <message>
        <source>There is no report yet. One is written whenever the queue has been worked off.</source>
        <translation>Es gibt noch keinen Bericht. Einer entsteht, sobald die Warteschlange abgearbeitet ist.</translation>
    </message>
    <message>
        <source>This machine</source>
        <translation>Dieser Rechner</translation>
    </message>
    <message>
        <source>Time left, as first said and as it was</source>
        <translation>Restzeit, wie zuerst geschätzt und wie sie war</translation>
    </message>
    <message numerus="yes">
        <source>Together, %Ln rows</source>
        <translation>
            <numerusform>Zusammen, %Ln Zeile</numerusform>
            <numerusform>Zusammen, %Ln Zeilen</numerusform>
        </translation>
    </message>
    <message>
        <source>Try again: {count}</source>
        <translation>Noch einmal versuchen: {count}</translation>
    </message>
    <message>
        <source>Try again: {sentence}</source>
        <translation>Noch einmal versuchen: {sentence}</translation>
    </message>
    <message>
        <source>What the same tokens would have cost</source>
        <translation>Was dieselben Token gekostet hätten</translation>
    </message>
    <message>
        <source>Without a result</source>
        <translation>Ohne Ergebnis</translation>
    </message>
    <message>
        <source>documents/h</source>
        <translation>Dokumente/h</translation>
    </message>
    <message>
        <source>done</source>
        <translation>erledigt</translation>
    </message>
    <message>
        <source>duplicates skipped</source>
        <translation>Doppel übersprungen</translation>
    </message>
    <message>
        <source>no charge per token</source>
        <translation>keine Kosten je Token</translation>
    </message>
    <message>
        <source>time</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>tok/s</source>
        <translation>Tok/s</translation>
    </message>
    <message>
        <source>without a result</source>
        <translation>ohne Ergebnis</translation>
    </message>
    <message>
        <source>{begin} to {end}, {recipes}</source>
        <translation>{begin} bis {end}, {recipes}</translation>
    </message>
    <message>
        <source>{count} × {sentence}</source>
        <translation>{count} × {sentence}</translation>
    </message>
    <message>
        <source>{rate} tok/s</source>
        <translation>{rate} Tok/s</translation>
    </message>
    <message>
        <source>{rate} tok/s, {times} × as fast</source>
        <translation>{rate} Tok/s, {times}-mal so schnell</translation>
    </message>
    <message>
        <source>{read} tokens read ({cached} of them from the cache), {written} written.</source>
        <translation>{read} Token gelesen ({cached} davon aus dem Cache), {written} geschrieben.</translation>
    </message>
</context>
<context>
    <name>ResultActions</name>
    <message>
        <source>Compare the two</source>
        <translation>Beide vergleichen</translation>
    </message>
    <message>
        <source>Copy the cell</source>
        <translation>Zelle kopieren</translation>
    </message>
    <message>
        <source>Copy the rows</source>
        <translation>Zeilen kopieren</translation>
    </message>
    <message>
        <source>Open the document</source>
        <translation>Dokument öffnen</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>Noch einmal bearbeiten</translation>
    </message>
    <message>
        <source>Show in its folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>With the model {model}, which is loaded</source>
        <translation>Mit dem Modell {model}, das geladen ist</translation>
    </message>
    <message>
        <source>With the recipe {title}</source>
        <translation>Mit dem Rezept {title}</translation>
    </message>
</context>
<context>
    <name>ResultDetail</name>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>As written</source>
        <translation>Wie geschrieben</translation>
    </message>
    <message>
        <source>Beside it</source>
        <translation>Daneben</translation>
    </message>
    <message>
        <source>Beside the answer</source>
        <translation>Neben der Antwort</translation>
    </message>
    <message>
        <source>Both answers say the same, word for word.</source>
        <translation>Beide Antworten sagen Wort für Wort dasselbe.</translation>
    </message>
    <message>
        <source>Copy the answer</source>
        <translation>Antwort kopieren</translation>
    </message>
    <message>
        <source>Reading the document's text…</source>
        <translation>Der Text des Dokuments wird gelesen…</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>Noch einmal bearbeiten</translation>
    </message>
    <message>
        <source>Run the chosen documents again</source>
        <translation>Gewählte Dokumente noch einmal bearbeiten</translation>
    </message>
    <message>
        <source>Show the text as it is written</source>
        <translation>Text zeigen, wie er geschrieben ist</translation>
    </message>
    <message>
        <source>The document's text</source>
        <translation>Text des Dokuments</translation>
    </message>
    <message>
        <source>The other answer</source>
        <translation>Die andere Antwort</translation>
    </message>
    <message>
        <source>ended at max_tokens</source>
        <translation>endete bei max_tokens</translation>
    </message>
    <message>
        <source>{prompt} tokens read ({cached} cached), {written} written in {seconds} s</source>
        <translation>{prompt} Token gelesen ({cached} aus dem Cache), {written} geschrieben in {seconds} s</translation>
    </message>
    <message>
        <source>{recipe} version {version}</source>
        <translation>{recipe}, Version {version}</translation>
    </message>
    <message>
        <source>{recipe} version {version}, {model}, {time}</source>
        <translation>{recipe}, Version {version}, {model}, {time}</translation>
    </message>
    <message>
        <source>{share} % of the words are the same; the marked ones are not.</source>
        <translation>{share} % der Wörter sind gleich; die markierten nicht.</translation>
    </message>
</context>
<context>
    <name>ResultFilter</name>
    <message>
        <source>All recipes ({count})</source>
        <translation>Alle Rezepte ({count})</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
    <message>
        <source>Search in all answers</source>
        <translation>In allen Antworten suchen</translation>
    </message>
</context>
<context>
    <name>ResultList</name>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
</context>
<context>
    <name>Results</name>
    <message>
        <source>Answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>Document</source>
        <translation>Dokument</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>Fundstelle</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>Erstellt</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>Rezept</translation>
    </message>
</context>
<context>
    <name>ResultsPage</name>
    <message numerus="yes">
        <source>%Ln results</source>
        <translation>
            <numerusform>%Ln Ergebnis</numerusform>
            <numerusform>%Ln Ergebnisse</numerusform>
        </translation>
    </message>
    <message>
        <source>Documents queued again: {count}.</source>
        <translation>Wieder eingereihte Dokumente: {count}.</translation>
    </message>
    <message>
        <source>No answer holds “{words}”.</source>
        <translation>Keine Antwort enthält „{words}“.</translation>
    </message>
    <message>
        <source>No results yet. Each document that is worked off becomes a row here.</source>
        <translation>Noch keine Ergebnisse. Jedes bearbeitete Dokument wird hier eine Zeile.</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
</context>
<context>
    <name>Saving</name>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Your recipe “{name}” was replaced by this one.</source>
        <translation>Ihr Rezept „{name}“ wurde durch dieses ersetzt.</translation>
    </message>
</context>
<context>
    <name>SearchHits</name>
    <message>
        <source>Messages found</source>
        <translation>Gefundene Nachrichten</translation>
    </message>
    <message>
        <source>Nobody said this.</source>
        <translation>Das hat niemand gesagt.</translation>
    </message>
</context>
<context>
    <name>SegmentColumn</name>
    <message>
        <source>Answer text</source>
        <translation>Text der Antwort</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>0 always takes the likeliest word.</source>
        <translation>0 nimmt immer das wahrscheinlichste Wort.</translation>
    </message>
    <message>
        <source>A file has to stand still for</source>
        <translation>Eine Datei muss ruhen</translation>
    </message>
    <message>
        <source>As tesseract names them, such as deu+eng.</source>
        <translation>Wie tesseract sie nennt, zum Beispiel deu+eng.</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>Chat</translation>
    </message>
    <message>
        <source>Closing the window hides it in the tray</source>
        <translation>Schließen legt das Fenster im Infobereich ab</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Context of a request</source>
        <translation>Kontext einer Anfrage</translation>
    </message>
    <message>
        <source>Documents</source>
        <translation>Dokumente</translation>
    </message>
    <message>
        <source>Find the fastest settings while nothing is to do</source>
        <translation>Die schnellsten Einstellungen suchen, während nichts zu tun ist</translation>
    </message>
    <message>
        <source>From the next start on.</source>
        <translation>Ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Give the memory back without work after</source>
        <translation>Speicher ohne Arbeit freigeben nach</translation>
    </message>
    <message>
        <source>Keep the machine awake while documents are worked on</source>
        <translation>Rechner wach halten, solange Dokumente bearbeitet werden</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Languages of scans</source>
        <translation>Sprachen der Scans</translation>
    </message>
    <message>
        <source>Largest file that is read</source>
        <translation>Größte Datei, die gelesen wird</translation>
    </message>
    <message>
        <source>Longer documents are taken in parts. More needs more memory. From the next start on.</source>
        <translation>Längere Dokumente werden in Teilen bearbeitet. Mehr braucht mehr Speicher. Ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Longest answer</source>
        <translation>Längste Antwort</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>Move it to the system's keyring</source>
        <translation>In den Schlüsselbund des Systems legen</translation>
    </message>
    <message>
        <source>Once for each model; whoever comes ends it at once. From the next start on.</source>
        <translation>Einmal für jedes Modell; wer etwas will, beendet es sofort. Ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Only the likeliest words that add up to this share are taken.</source>
        <translation>Nur die wahrscheinlichsten Wörter, die zusammen diesen Anteil ergeben, kommen in Frage.</translation>
    </message>
    <message>
        <source>Prices of a service, for the comparison in the report</source>
        <translation>Preise eines Dienstes, zum Vergleich im Bericht</translation>
    </message>
    <message>
        <source>Recognise the text of scans and pictures</source>
        <translation>Den Text von Scans und Bildern erkennen</translation>
    </message>
    <message>
        <source>Rest on battery</source>
        <translation>Im Akkubetrieb ruhen</translation>
    </message>
    <message>
        <source>Rest when the battery is below</source>
        <translation>Ruhen, wenn der Akku unter</translation>
    </message>
    <message>
        <source>Rest when the machine is hotter than</source>
        <translation>Ruhen, wenn der Rechner heißer ist als</translation>
    </message>
    <message>
        <source>Rest while I use the machine, and after that for</source>
        <translation>Ruhen, während ich den Rechner benutze, und danach noch</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Start Nightdesk when I log in</source>
        <translation>Nightdesk beim Anmelden starten</translation>
    </message>
    <message>
        <source>Start at login cannot be changed: {reason}.</source>
        <translation>Der Start beim Anmelden lässt sich nicht ändern: {reason}.</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>Systemanweisung</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>Temperatur</translation>
    </message>
    <message>
        <source>The API key of {server} stands in the settings file in clear text.</source>
        <translation>Der API-Schlüssel von {server} steht im Klartext in der Einstellungsdatei.</translation>
    </message>
    <message>
        <source>When the queue rests</source>
        <translation>Wann die Warteschlange ruht</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>Fenster</translation>
    </message>
    <message>
        <source>With tesseract, where it is installed. From the next start on.</source>
        <translation>Mit tesseract, wo es installiert ist. Ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>automatic</source>
        <translation>automatisch</translation>
    </message>
    <message>
        <source>min</source>
        <translation>min</translation>
    </message>
    <message>
        <source>never</source>
        <translation>nie</translation>
    </message>
    <message>
        <source>s</source>
        <translation>s</translation>
    </message>
    <message>
        <source>tokens</source>
        <translation>Token</translation>
    </message>
</context>
<context>
    <name>ShortcutSheet</name>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
    <message>
        <source>Close the list of shortcuts</source>
        <translation>Liste der Tastenkürzel schließen</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>Tastatur</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
</context>
<context>
    <name>SourceView</name>
    <message>
        <source>Text of the document</source>
        <translation>Text des Dokuments</translation>
    </message>
    <message>
        <source>The text of this document is not kept.</source>
        <translation>Der Text dieses Dokuments ist nicht aufgehoben.</translation>
    </message>
</context>
<context>
    <name>State</name>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Erledigt</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Fehlgeschlagen</translation>
    </message>
    <message>
        <source>In a batch file</source>
        <translation>In einer Stapeldatei</translation>
    </message>
    <message>
        <source>Needs OCR</source>
        <translation>Braucht OCR</translation>
    </message>
    <message>
        <source>Needs a password</source>
        <translation>Braucht ein Passwort</translation>
    </message>
    <message>
        <source>Set aside</source>
        <translation>Beiseitegelegt</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Working</source>
        <translation>In Arbeit</translation>
    </message>
    <message>
        <source>Working in parts</source>
        <translation>In Arbeit, in Teilen</translation>
    </message>
</context>
<context>
    <name>Thoughts</name>
    <message>
        <source>Hide what the model thought</source>
        <translation>Gedanken des Modells verbergen</translation>
    </message>
    <message>
        <source>Show what the model thought</source>
        <translation>Gedanken des Modells zeigen</translation>
    </message>
    <message>
        <source>Thinking…</source>
        <translation>Denkt nach…</translation>
    </message>
    <message>
        <source>Thoughts</source>
        <translation>Gedanken</translation>
    </message>
</context>
<context>
    <name>ThroughputPlot</name>
    <message>
        <source>Generated tokens per second. Dotted lines are chat answers, which go first.</source>
        <translation>Erzeugte Tokens je Sekunde. Gepunktete Linien sind Antworten im Chat, die vorgehen.</translation>
    </message>
    <message>
        <source>Throughput of the last ten minutes</source>
        <translation>Durchsatz der letzten zehn Minuten</translation>
    </message>
    <message>
        <source>peak {rate} tok/s</source>
        <translation>Spitze {rate} Tok/s</translation>
    </message>
    <message>
        <source>{rate} tokens per second now</source>
        <translation>jetzt {rate} Token je Sekunde</translation>
    </message>
</context>
<context>
    <name>Time</name>
    <message>
        <source>{day} {hour}</source>
        <translation>{day} {hour}</translation>
    </message>
</context>
<context>
    <name>Transfer</name>
    <message>
        <source>Conversations added: {count}.</source>
        <translation>Hinzugefügte Gespräche: {count}.</translation>
    </message>
    <message>
        <source>Export the conversation</source>
        <translation>Gespräch exportieren</translation>
    </message>
    <message>
        <source>Exported conversations (*.json)</source>
        <translation>Exportierte Gespräche (*.json)</translation>
    </message>
    <message>
        <source>Import conversations</source>
        <translation>Gespräche importieren</translation>
    </message>
    <message>
        <source>Wrote {path}.</source>
        <translation>{path} geschrieben.</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>%Ln documents failed</source>
        <translation>
            <numerusform>%Ln Dokument fehlgeschlagen</numerusform>
            <numerusform>%Ln Dokumente fehlgeschlagen</numerusform>
        </translation>
    </message>
    <message>
        <source>Idle</source>
        <translation>Untätig</translation>
    </message>
    <message>
        <source>Last report</source>
        <translation>Letzter Bericht</translation>
    </message>
    <message>
        <source>Open Nightdesk</source>
        <translation>Nightdesk öffnen</translation>
    </message>
    <message>
        <source>Pause the queue</source>
        <translation>Warteschlange anhalten</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Resume the queue</source>
        <translation>Warteschlange fortsetzen</translation>
    </message>
    <message>
        <source>{done} of {total} documents ({percent} %)</source>
        <translation>{done} von {total} Dokumenten ({percent} %)</translation>
    </message>
</context>
<context>
    <name>Trial</name>
    <message>
        <source>A thousand like it: {read} tokens to read, {written} to write.</source>
        <translation>Tausend solche: {read} Token zu lesen, {written} zu schreiben.</translation>
    </message>
    <message>
        <source>Answer of the trial</source>
        <translation>Antwort des Versuchs</translation>
    </message>
    <message>
        <source>Nothing is queued or kept by a trial.</source>
        <translation>Ein Versuch reiht nichts ein und behält nichts.</translation>
    </message>
    <message>
        <source>Only the beginning was tried; the queue takes long documents in parts.</source>
        <translation>Nur der Anfang wurde versucht; in der Warteschlange werden lange Dokumente in Teilen bearbeitet.</translation>
    </message>
    <message>
        <source>Reading {name}…</source>
        <translation>{name} wird gelesen…</translation>
    </message>
    <message>
        <source>The answer ended at max_tokens.</source>
        <translation>Die Antwort endete bei max_tokens.</translation>
    </message>
    <message>
        <source>Try on one document…</source>
        <translation>An einem Dokument versuchen…</translation>
    </message>
    <message>
        <source>Try the recipe on</source>
        <translation>Rezept versuchen an</translation>
    </message>
    <message>
        <source>{read} tokens read, {written} written in {seconds} s.</source>
        <translation>{read} Token gelesen, {written} geschrieben in {seconds} s.</translation>
    </message>
</context>
<context>
    <name>Versions</name>
    <message>
        <source>Earlier version</source>
        <translation>Frühere Fassung</translation>
    </message>
    <message>
        <source>Later version</source>
        <translation>Spätere Fassung</translation>
    </message>
</context>
<context>
    <name>WhenToWork</name>
    <message>
        <source>Begin working at</source>
        <translation>Arbeit beginnen um</translation>
    </message>
    <message>
        <source>Not on battery</source>
        <translation>Nicht im Akkubetrieb</translation>
    </message>
    <message>
        <source>Now until morning</source>
        <translation>Jetzt bis morgen früh</translation>
    </message>
    <message>
        <source>Only from</source>
        <translation>Nur von</translation>
    </message>
    <message>
        <source>Stop working at</source>
        <translation>Arbeit beenden um</translation>
    </message>
    <message>
        <source>When to work</source>
        <translation>Arbeitszeiten</translation>
    </message>
    <message>
        <source>When to work: {rules}. Change</source>
        <translation>Arbeitszeiten: {rules}. Ändern</translation>
    </message>
    <message>
        <source>Work only at certain hours</source>
        <translation>Nur zu bestimmten Zeiten arbeiten</translation>
    </message>
    <message>
        <source>at any time</source>
        <translation>jederzeit</translation>
    </message>
    <message>
        <source>from {begin} to {end}</source>
        <translation>von {begin} bis {end}</translation>
    </message>
    <message>
        <source>{hours}, on {days}</source>
        <translation>{hours}, {days}</translation>
    </message>
    <message>
        <source>{rules}, not on battery</source>
        <translation>{rules}, nicht im Akkubetrieb</translation>
    </message>
</context>
<context>
    <name>_Input</name>
    <message>
        <source>Ask something…</source>
        <translation>Fragen Sie etwas…</translation>
    </message>
    <message>
        <source>Your question</source>
        <translation>Ihre Frage</translation>
    </message>
</context>
</TS>
