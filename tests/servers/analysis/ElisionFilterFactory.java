package newswire.analysis;

import java.util.List;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.elasticsearch.plugin.Inject;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.TokenFilterFactory;
import org.elasticsearch.plugin.settings.AnalysisSettings;
import org.elasticsearch.plugin.settings.ListSetting;

/** The token filter that full Elasticsearch calls "elision", on the stable plugin API. */
@NamedComponent("elision")
public class ElisionFilterFactory implements TokenFilterFactory {
    private final CharArraySet articles;

    @Inject
    public ElisionFilterFactory(Settings settings) {
        articles = new CharArraySet(settings.articles(), false);
    }

    @Override
    public TokenStream create(TokenStream input) {
        return new ElisionFilter(input, articles);
    }

    /** What an index says of it. */
    @AnalysisSettings
    public interface Settings {
        @ListSetting(path = "articles")
        List<String> articles();
    }
}
